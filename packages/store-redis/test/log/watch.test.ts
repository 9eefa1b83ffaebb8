import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createRevocation, type Revocation, type Watch } from '@revoked/core'
import { eventually, type RedisServer, runNode, startFaultProxy, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type RedisClient, type RedisStoreOptions, redisStore } from '../../src/index.ts'
import { clients, layouts } from '../support/connected-clients.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const revokeElsewhere = fileURLToPath(new URL('../support/revoke-elsewhere.mjs', import.meta.url))

/** A bound that a test can wait for. */
const maxStaleness = '1s'

interface Watched {
  readonly watch: (sub: string) => Watch
  /** Revokes a subject in another process. */
  readonly revoke: (sub: string) => Promise<unknown>
}

function watchedOver(client: RedisClient, options: RedisStoreOptions = {}): Watched {
  const layout = { prefix: randomUUID(), ...options }
  const revocation: Revocation = createRevocation({ store: redisStore(client, layout), maxTokenLifetime: '1h' })
  const iat = Math.floor(Date.now() / 1_000) - 60
  return {
    watch: (sub) => {
      const watch = revocation.watch({ sub, jti: randomUUID(), iat, exp: iat + 600 }, { maxStaleness })
      onTestFinished(watch.close)
      return watch
    },
    revoke: async (sub) => {
      const args = [revokeElsewhere, String(server.port), JSON.stringify(layout), sub]
      const { exitCode, output } = await runNode(args, root)
      expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' })
    },
  }
}

async function aborted({ signal }: Watch): Promise<unknown> {
  await eventually(() => signal.aborted, 'the signal aborts', 1_000)
  return signal.reason
}

const revoked = { code: 'ERR_TOKEN_REVOKED', by: 'sub', reason: 'banned' }

describe.each(clients)('a watch over %s', (_, connect) => {
  async function open(options: RedisStoreOptions = {}): Promise<Watched> {
    const { client, disconnect } = await connect(server.port)
    onTestFinished(disconnect)
    return watchedOver(client, options)
  }

  test.each(layouts)('aborts when another process revokes the token: %s', async (_, layout) => {
    const { watch, revoke } = await open(layout)
    const [ada, ben] = [watch('ada'), watch('ben')]
    await revoke('ada')
    expect(await aborted(ada)).toMatchObject(revoked)
    expect(ben.signal.aborted).toBe(false)
  })

  test('aborts if another process had revoked the token before', async () => {
    const { watch, revoke } = await open()
    await revoke('ada')
    expect(await aborted(watch('ada'))).toMatchObject(revoked)
  })

  test('outlives the loss of its subscription, and aborts at a revocation', async () => {
    const { watch, revoke } = await open()
    const [ada, ben] = [watch('ada'), watch('ben')]
    await revoke('cora')
    for (let times = 0; times < 3; times++) await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await revoke('ada')
    expect(await aborted(ada)).toMatchObject(revoked)
    expect(ben.signal.aborted).toBe(false)
  })

  test('aborts as unavailable if the server is lost for longer than the bound', async () => {
    const proxy = await startFaultProxy(server.port)
    onTestFinished(() => proxy.stop())
    const { client, disconnect } = await connect(proxy.port)
    onTestFinished(disconnect)
    const { watch } = watchedOver(client)
    const ada = watch('ada')
    await eventually(() => proxy.connections > 1, 'it is subscribed')
    proxy.halfOpen('both')
    await eventually(() => ada.signal.aborted, 'the signal aborts', 3_000)
    expect(ada.signal.reason).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  })
})

test('a watch whose subscription is half-open aborts within the bound', async () => {
  const proxy = await startFaultProxy(server.port)
  onTestFinished(() => proxy.stop())
  const client = new Redis({ port: server.port })
  // The connection of the subscription is a duplicate.
  const duplicate = client.duplicate.bind(client)
  client.duplicate = (override) => duplicate({ ...override, port: proxy.port })
  onTestFinished(() => client.disconnect())
  const { watch, revoke } = watchedOver(client)
  const [ada, ben] = [watch('ada'), watch('ben')]
  await eventually(() => proxy.connections > 0, 'it is subscribed')
  await revoke('cora')
  proxy.halfOpen('both')
  await revoke('ada')
  expect(await aborted(ada)).toMatchObject(revoked)
  expect(ben.signal.aborted).toBe(false)
})
