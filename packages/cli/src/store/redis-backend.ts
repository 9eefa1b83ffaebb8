import { type RedisClient, redisSessions, redisStore } from '@revoked/store-redis'
import { diagnoseRedis, readRedisSettings } from '@revoked/store-redis/diagnose'
import { unavailable } from '../errors.ts'
import { type Backend, given, type StoreLayout } from './backend.ts'
import { importDriver } from './import-driver.ts'

const connectTimeoutMs = 5_000

/** A client of either driver, and how it is connected and closed. */
interface ConnectedClient {
  readonly client: RedisClient
  readonly connect: () => Promise<unknown>
  readonly send: (command: readonly [string, ...string[]]) => Promise<unknown>
  readonly close: () => void
}

/** Returns the store at an address of Redis or Valkey, over ioredis or node-redis. */
export async function redisBackend(url: string, { prefix }: StoreLayout): Promise<Backend> {
  const { client, connect, send, close } = await openClient(url)
  const named = given({ prefix })
  return {
    kind: 'redis',
    connect: async () => {
      try {
        await connect()
      } catch (cause) {
        throw unavailable(`Redis cannot be reached: ${reasonOf(cause)}.`)
      }
    },
    readSettings: () => readRedisSettings(client, named),
    diagnose: async ({ partitions }) => {
      // The diagnosis says what is wrong if the client cannot connect.
      await connect().catch(() => undefined)
      return await diagnoseRedis(client, { ...named, ...given({ partitions }) })
    },
    open: ({ partitions, hashIds }) => redisStore(client, { ...named, ...given({ partitions, hashIds }) }),
    // Its keys come with the first session, and nothing has to be created.
    hasSessions: () => true,
    openSessions: ({ hashSubjects }) => redisSessions(client, { ...named, ...given({ hashSubjects }) }),
    subscribers: async ({ partitions = 1 }) => {
      const channels = Array.from({ length: partitions }, (_, log) => channelOf(url, prefix, log))
      const reply = await send(['PUBSUB', 'NUMSUB', ...channels])
      // The reply is flat: a channel, and its number.
      const counts = Array.isArray(reply) ? reply.filter((_, index) => index % 2 === 1).map(Number) : []
      return Math.max(0, ...counts)
    },
    close: async () => close(),
  }
}

async function openClient(url: string): Promise<ConnectedClient> {
  const { name, exports } = await importDriver(['ioredis', 'redis'], 'A store in Redis')
  return name === 'ioredis' ? openIoredis(exports, url) : openNodeRedis(exports, url)
}

function openIoredis(exports: Readonly<Record<string, unknown>>, url: string): ConnectedClient {
  const { Redis } = exports as unknown as typeof import('ioredis')
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: connectTimeoutMs,
    connectionName: 'revoked-cli',
  })
  // The calls that fail say why.
  client.on('error', () => undefined)
  let connecting: Promise<unknown> | undefined
  return {
    client,
    connect: () => {
      connecting ??= firstError(client.connect(), client)
      return connecting
    },
    send: ([name, ...args]) => client.call(name, ...args),
    close: () => client.disconnect(),
  }
}

/** `connect` of ioredis goes on trying, and rejects with "Connection is closed" and no more. */
function firstError(connected: Promise<unknown>, client: import('ioredis').Redis): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.once('error', reject)
    connected.then(resolve, () => undefined)
    setTimeout(() => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })), connectTimeoutMs).unref()
  })
}

/** What is used of node-redis. Its types depend on the version that is installed. */
interface NodeRedis {
  createClient(options: object): RedisClient & {
    on(event: 'error', listener: (error: Error) => void): unknown
    connect(): Promise<unknown>
    sendCommand(args: string[]): Promise<unknown>
    destroy(): void
  }
}

function openNodeRedis(exports: Readonly<Record<string, unknown>>, url: string): ConnectedClient {
  const { createClient } = exports as unknown as NodeRedis
  const client = createClient({
    url,
    name: 'revoked-cli',
    disableOfflineQueue: true,
    pingInterval: 1_000,
    socket: { connectTimeout: connectTimeoutMs, socketTimeout: connectTimeoutMs, reconnectStrategy: () => 200 },
  })
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => undefined)
  client.on('error', (error) => fail(error))
  let connecting: Promise<unknown> | undefined
  return {
    client,
    connect: () => {
      connecting ??= Promise.race([client.connect(), failed])
      return connecting
    },
    send: (command) => client.sendCommand([...command]),
    close: () => client.destroy(),
  }
}

/** Returns the channel on which redisStore pushes the changes of a log. */
function channelOf(url: string, prefix = 'revoked', log: number): string {
  const database = Number(new URL(url).pathname.slice(1)) || 0
  return `{${prefix}:${log}}:changes@${database}`
}

/** Returns the code of a failure to connect, or the word of the server. Messages name hosts. */
function reasonOf(cause: unknown): string {
  const { code, message } = Object(cause) as { readonly code?: unknown; readonly message?: unknown }
  const word = /^(?:NOAUTH|WRONGPASS|NOPERM|LOADING|MASTERDOWN|READONLY)\b/.exec(String(message))?.[0]
  if (word !== undefined) return word
  if (/DB index is out of range/i.test(String(message))) return 'it has no database of this number'
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : 'it did not answer'
}
