/** Ids of one use, over the caches of two processes in front of one Redis. */
import { createRevocation, type FollowableStore, type Revocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { layeredStore, mirroredStore } from '../src/index.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

describe.each([
  ['layered', (remote: FollowableStore) => layeredStore(remote)],
  ['mirror', (remote: FollowableStore) => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }) })],
] as const)('over caches: %s', (name, cached) => {
  async function openProcess(): Promise<Revocation> {
    const client = new Redis({ port: server.port, lazyConnect: true })
    await client.connect()
    const store = cached(redisStore(client, { prefix: name }))
    onTestFinished(async () => {
      await store.close()
      client.disconnect()
    })
    return createRevocation({ store, maxTokenLifetime: '1h' })
  }

  test('exactly one caller of two processes uses each id', async () => {
    const processes = [await openProcess(), await openProcess()]
    const until = Date.now() + 60_000
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      const asked = Array.from({ length: 10 }, (_, index) =>
        processes.map(({ once }) => once(id, { until: until + index })),
      )
      expect((await Promise.all(asked.flat())).filter(Boolean)).toHaveLength(1)
    }
    const answers = processes.flatMap(({ once }) => ['a', 'e'].map((id) => once(id, { until: until + 60_000 })))
    expect(await Promise.all(answers)).toEqual([false, false, false, false])
  })
})
