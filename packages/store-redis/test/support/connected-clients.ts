import { randomUUID } from 'node:crypto'
import type { BreakableStore, LogSubject } from '@revoked/conformance'
import type { RestorableStore } from '@revoked/core'
import { entriesOfRun, type RedisServer } from '@revoked/testing'
import { Cluster, Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { Redis as Valkey, Cluster as ValkeyCluster } from 'iovalkey'
import { createClient, createCluster, createSentinel } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { type RedisClient, type RedisStoreOptions, redisStore } from '../../src/index.ts'

/** A connected client, and the function that disconnects it. */
export interface ConnectedClient {
  readonly client: RedisClient
  readonly disconnect: () => void
}

type Connect = (port: number) => Promise<ConnectedClient>

/** Ignores errors, which are expected because some tests stop the server. */
const ignoreErrors = (): void => undefined

async function connectIoredis(client: Redis | Redis5 | Valkey): Promise<ConnectedClient> {
  client.on('error', ignoreErrors)
  await client.connect()
  return { client, disconnect: () => client.disconnect() }
}

async function connectNodeRedis(
  client: ReturnType<typeof createClient> | ReturnType<typeof createClient5>,
): Promise<ConnectedClient> {
  client.on('error', ignoreErrors)
  await client.connect()
  return { client, disconnect: () => client.isOpen && client.destroy() }
}

const sane = { lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 1 } as const

/** Connects iovalkey, a fork of ioredis. */
async function connectIovalkey(port: number): Promise<ConnectedClient> {
  return await connectIoredis(new Valkey({ port, ...sane }))
}

/** Every client that the store supports, over one server. */
export const allClients: readonly (readonly [name: string, connect: Connect])[] = [
  ['ioredis 6', (port) => connectIoredis(new Redis({ port, ...sane }))],
  ['node-redis 6', (port) => connectNodeRedis(createClient({ socket: { port }, disableOfflineQueue: true }))],
  ['ioredis 5', (port) => connectIoredis(new Redis5({ port, ...sane }))],
  ['node-redis 5', (port) => connectNodeRedis(createClient5({ socket: { port }, disableOfflineQueue: true }))],
  ['iovalkey', connectIovalkey],
]

/** The clients of this test run: the current versions, or the earlier ones. */
export const clients: typeof allClients = entriesOfRun(allClients, 2)

/** Every client that the store supports, over a cluster. */
export const clusterClients: readonly (readonly [name: string, connect: Connect])[] = [
  [
    'ioredis 6',
    async (port) => {
      const client = new Cluster([{ host: '127.0.0.1', port }], { lazyConnect: true })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.disconnect() }
    },
  ],
  [
    'node-redis 6',
    async (port) => {
      const client = createCluster({ rootNodes: [{ socket: { host: '127.0.0.1', port } }] })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.destroy() }
    },
  ],
  [
    'iovalkey',
    async (port) => {
      const client = new ValkeyCluster([{ host: '127.0.0.1', port }], { lazyConnect: true })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.disconnect() }
    },
  ],
]

/** Returns every client that the store supports over Sentinel. They take the port of a sentinel. */
export const sentinelClients = (name: string): readonly (readonly [name: string, connect: Connect])[] => [
  ['ioredis 6', (port) => connectIoredis(new Redis({ sentinels: [{ host: '127.0.0.1', port }], name, ...sane }))],
  ['ioredis 5', (port) => connectIoredis(new Redis5({ sentinels: [{ host: '127.0.0.1', port }], name, ...sane }))],
  [
    'node-redis 6',
    async (port) => {
      const client = createSentinel({ name, sentinelRootNodes: [{ host: '127.0.0.1', port }] })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => void client.destroy() }
    },
  ],
]

/** A store over two clients of one server. */
export interface OpenedStore extends BreakableStore {
  readonly store: RestorableStore
  readonly peer: RestorableStore
}

/**
 * Opens a store over two clients on a server, with a separate prefix and a function that stops the
 * server.
 */
export async function openStore(
  connect: Connect,
  server: Pick<RedisServer, 'port'> & Partial<RedisServer>,
  layout: RedisStoreOptions = {},
): Promise<OpenedStore> {
  const [one, other] = await Promise.all([connect(server.port), connect(server.port)])
  const options = { prefix: `test-${randomUUID()}`, ...layout }
  return {
    store: redisStore(one.client, options),
    peer: redisStore(other.client, options),
    breakDown: () => server.kill?.('SIGKILL'),
    close: () => {
      one.disconnect()
      other.disconnect()
    },
  }
}

/** Layouts that change how keys are named, or where they are. */
export const layouts: readonly (readonly [name: string, layout: RedisStoreOptions])[] = [
  ['hashed ids', { hashIds: true }],
  ['16 partitions', { partitions: 16 }],
]

/** Returns the subject of the conformance cases of the log. */
export function logSubject(connect: Connect, server: Pick<RedisServer, 'port'>, layout: RedisStoreOptions): LogSubject {
  const logLength = 1_000
  return {
    open: () => openStore(connect, server, layout),
    openShort: async () => ({ ...(await openStore(connect, server, { ...layout, logLength })), logLength }),
  }
}
