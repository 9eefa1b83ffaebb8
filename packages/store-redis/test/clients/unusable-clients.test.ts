import { type RedisServer, startRedis } from '@revoked/testing'
import { Cluster, Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { Redis as Valkey } from 'iovalkey'
import { createClient, createClientPool } from 'redis'
import { createClient as createClient4, createCluster as createCluster4 } from 'redis-v4'
import { createClient as createClient5 } from 'redis5'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisClient, redisStore } from '../../src/index.ts'
import { settled } from '../support/settled.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const key = { scope: 'jti', value: 'a' }

/** Passes what the types refuse, as a caller without TypeScript does. */
function given(client: object): RedisClient {
  return client as RedisClient
}

describe('by their shape', () => {
  test.each<[name: string, create: () => object, message: RegExp]>([
    ['a pool of node-redis', () => createClientPool(), /must not be a pool/],
    ['a client of node-redis 4', () => createClient4(), /node-redis 4 .* not supported: install redis 5/],
    ['a cluster of node-redis 4', () => createCluster4({ rootNodes: [] }), /node-redis 4 .* not supported/],
    ['the legacy interface of node-redis', () => createClient().legacy(), /client must be/],
    ['a pipeline of ioredis', () => new Redis({ lazyConnect: true }).pipeline(), /client must be/],
  ])('%s is refused when the store is created', (_, create, message) => {
    const client = given(create())
    expect(() => redisStore(client)).toThrow(TypeError)
    expect(() => redisStore(client)).toThrow(message)
  })

  test.each<[name: string, create: () => RedisClient]>([
    ['ioredis 6', () => new Redis({ lazyConnect: true })],
    ['a cluster of ioredis 6', () => new Cluster([], { lazyConnect: true })],
    ['ioredis 5', () => new Redis5({ lazyConnect: true })],
    ['iovalkey', () => new Valkey({ lazyConnect: true })],
    ['node-redis 6', () => createClient()],
    ['node-redis 5', () => createClient5()],
  ])('%s is accepted', (_, create) => {
    expect(() => redisStore(create())).not.toThrow()
  })
})

describe.each<[name: string, create: (port: number) => Redis | Redis5 | Valkey]>([
  ['ioredis 6', (port) => new Redis({ port, protocol: 2 })],
  ['ioredis 5', (port) => new Redis5({ port })],
  ['iovalkey', (port) => new Valkey({ port })],
])('%s', (_, create) => {
  test('in subscriber mode is refused, also if it subscribes later', async () => {
    const client = create(server.port)
    const store = redisStore(client)
    expect(await store.find([key])).toEqual([])
    await client.subscribe('news')
    await expect((async () => store.find([key]))()).rejects.toThrow(/in subscriber mode.*client of its own/)
    expect(() => redisStore(client)).toThrow(TypeError)
    client.disconnect()
  })

  test.each<[command: string, send: (client: Redis) => Promise<unknown>]>([
    ['BLPOP', (client) => client.blpop('queue', 0)],
    ['XREAD', (client) => client.xread('BLOCK', 5_000, 'STREAMS', 'events', '$')],
    ['WAIT', (client) => client.wait(3, 5_000)],
  ])('that waits for %s is refused at once, and its connection is kept', async (command, send) => {
    const client = create(server.port)
    const store = redisStore(client)
    expect(await store.find([key])).toEqual([])
    const waiting = settled(send(client as Redis), 10_000)
    const reason = new RegExp(`waits for ${command}.*client of its own`)
    await expect((async () => store.find([key]))()).rejects.toThrow(reason)
    await expect(store.record([{ key, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }])).rejects.toThrow(
      reason,
    )
    expect(() => redisStore(client)).toThrow(reason)
    client.disconnect()
    await waiting
  })

  test('that waits for less than a check may take works', async () => {
    const client = create(server.port)
    const store = redisStore(client)
    const waiting = client.wait(3, 20)
    expect(await store.find([key])).toEqual([])
    await waiting
    client.disconnect()
  })
})

test.each<[name: string, create: (port: number) => object]>([
  ['node-redis 6', (port) => createClient({ RESP: 2, socket: { port } })],
  ['node-redis 5', (port) => createClient5({ socket: { port } })],
])('%s in subscriber mode is refused', async (_, create) => {
  const client = create(server.port) as ReturnType<typeof createClient>
  await client.connect()
  const store = redisStore(client)
  await client.subscribe('news', () => undefined)
  await expect((async () => store.find([key]))()).rejects.toThrow(/in subscriber mode.*client of its own/)
  client.destroy()
})

test('ioredis 6 with RESP3 and node-redis 6 work while they are subscribed', async () => {
  const clients = [new Redis({ port: server.port }), createClient({ socket: { port: server.port } })] as const
  await clients[1].connect()
  await clients[0].subscribe('news')
  await clients[1].subscribe('news', () => undefined)
  for (const client of clients) expect(await redisStore(client).find([key])).toEqual([])
  clients[0].disconnect()
  clients[1].destroy()
})
