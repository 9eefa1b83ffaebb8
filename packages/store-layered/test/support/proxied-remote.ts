import { randomUUID } from 'node:crypto'
import type { FollowableStore, Key } from '@revoked/core'
import { type RedisClient, redisStore } from '@revoked/store-redis'
import { eventually, type FaultProxy, type RedisServer, startFaultProxy, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { Store } from './both-stores.ts'

/** Registers a function that is called at the end of a test. */
type Finish = (ended: () => Promise<void> | void) => void

/** A remote on a real server. Its commands and its pushes pass through one proxy each. */
export interface ProxiedRemote {
  readonly remote: FollowableStore
  /** The same store over connections without a proxy, as another instance has it. */
  readonly elsewhere: FollowableStore
  readonly commands: FaultProxy
  readonly pushes: FaultProxy
  readonly server: RedisServer
  /** The beginning of all names of the store in the server. */
  readonly tag: string
  readonly lookUps: LookUps
}

/** A count of the look-ups on the remote. */
interface LookUps {
  keys: number
  underWay: number
  /** The most calls that were under way at the same time. */
  most: number
}

/** A client, and the function that disconnects it. */
export interface Connected {
  readonly client: RedisClient
  readonly disconnect: () => void
}

const retryStrategy = (attempt: number): number => Math.min(50 * 2 ** attempt, 1_000)

/** Connects ioredis with the settings of the README. */
export async function connectIoredis(port: number): Promise<Connected> {
  const settings = { enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: 2_000, retryStrategy }
  const client = new Redis({ port, ...settings, lazyConnect: true })
  client.on('error', () => undefined)
  await client.connect()
  return { client, disconnect: () => client.disconnect() }
}

/** Connects node-redis with the settings of the README. */
export async function connectNodeRedis(port: number): Promise<Connected> {
  const socket = { port, connectTimeout: 2_000, socketTimeout: 2_000, reconnectStrategy: retryStrategy }
  const client = createClient({ socket, disableOfflineQueue: true, pingInterval: 1_000 })
  client.on('error', () => undefined)
  await client.connect()
  return { client, disconnect: () => client.isOpen && client.destroy() }
}

/** Starts a server, and returns a remote over it. Everything is closed at the end of the test. */
export async function startProxied(finish: Finish, connect = connectIoredis): Promise<ProxiedRemote> {
  const server = await startRedis()
  finish(() => server.stop())
  const [commands, pushes] = await Promise.all([startFaultProxy(server.port), startFaultProxy(server.port)])
  finish(async () => {
    await Promise.all([commands.stop(), pushes.stop()])
  })
  const prefix = randomUUID()
  const open = async (port: number): Promise<FollowableStore> => {
    const { client, disconnect } = await connect(port)
    finish(disconnect)
    return redisStore(client, { prefix })
  }
  const [reading, pushing, elsewhere] = await Promise.all([open(commands.port), open(pushes.port), open(server.port)])
  const lookUps: LookUps = { keys: 0, underWay: 0, most: 0 }
  const remote = counted({ ...reading, subscribe: pushing.subscribe }, lookUps)
  return { remote, elsewhere, commands, pushes, server, tag: `{${prefix}:0}`, lookUps }
}

/** Returns the store with its look-ups counted. */
function counted(store: FollowableStore, lookUps: LookUps): FollowableStore {
  return {
    ...store,
    find: async (keys) => {
      lookUps.keys += keys.length
      lookUps.most = Math.max(lookUps.most, ++lookUps.underWay)
      try {
        return await store.find(keys)
      } finally {
        lookUps.underWay--
      }
    },
  }
}

/** Opens a store, which is closed at the end of the test, and waits until it answers locally. */
export async function openLive(finish: Finish, open: () => Store): Promise<Store> {
  const store = open()
  finish(() => store.close())
  await eventually(() => isReady(store), 'the store is live and subscribed', 10_000)
  return store
}

/** Returns true if the store answers locally, and pushes arrive as far as it knows. */
export function isReady(store: Store): boolean {
  const { state, isSubscribed } = store.status()
  return state === 'live' && isSubscribed
}

/** Returns the keys of this number of tokens. */
export function tokenKeys(name: string, count: number): readonly Key[] {
  return Array.from({ length: count }, (_, index) => ({ scope: 'jti', value: `${name}-${index}` }))
}

/** Revokes the tokens, a thousand in each call. */
export async function revokeAll({ record }: FollowableStore, keys: readonly Key[]): Promise<void> {
  const mark = { cutoff: Infinity, expiresAt: Date.now() + 600_000 }
  for (const some of batches(keys)) await record(some.map((key) => ({ key, mark })))
}

/** Checks the tokens, a thousand in each call, and returns the number of those that are revoked. */
export async function countRevoked(store: Pick<Store, 'find'>, keys: readonly Key[]): Promise<number> {
  let revoked = 0
  for (const some of batches(keys)) revoked += (await store.find(some)).length
  return revoked
}

function batches(keys: readonly Key[]): readonly (readonly Key[])[] {
  return Array.from({ length: Math.ceil(keys.length / 1_000) }, (_, index) =>
    keys.slice(index * 1_000, (index + 1) * 1_000),
  )
}
