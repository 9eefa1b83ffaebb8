import { fileURLToPath } from 'node:url'
import { type RedisCluster, type RedisServer, runNode, startCluster, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const program = fileURLToPath(new URL('support/forgets-to-close.mjs', import.meta.url))

/** Runs a process that closes nothing but its client, or lets go of it. */
async function run(client: string, store: string, end: string, port: number): Promise<void> {
  const { exitCode, output } = await runNode([program, client, store, end, String(port)], import.meta.dirname, 10_000)
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: 'gives up its client\n' })
}

const stores = ['redisStore', 'layeredStore', 'mirroredStore']

describe('a process that forgets to close what follows Redis', { timeout: 20_000 }, () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  describe.each(stores)('through %s', (store) => {
    test.each([
      ['ioredis', 'close'],
      ['ioredis', 'unref'],
      ['node-redis', 'close'],
      ['node-redis, unref', 'unref'],
    ])('over %s ends after its client: %s', (client, end) => run(client, store, end, server.port))
  })
})

describe('a process that forgets to close what follows a Cluster', { timeout: 20_000 }, () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 60_000)
  afterAll(() => cluster.stop())

  test.each(['ioredis Cluster', 'node-redis Cluster'])('over %s ends after its client', (client) =>
    run(client, 'layeredStore', 'close', cluster.nodes[0]?.port ?? 0),
  )
})
