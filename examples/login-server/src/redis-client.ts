import { diagnoseRedis } from '@revoked/store-redis/diagnose'
import { Redis } from 'ioredis'
import { SetupError } from './setup-error.ts'

/**
 * Which Redis, and what every key there begins with. The URL may hold a password: it is never
 * printed.
 */
export interface RedisAddress {
  readonly url: string
  readonly prefix: string
  /**
   * The address for subscribers, if it differs: so that a demo can take away one without
   * the other.
   */
  readonly feedUrl?: string
}

/**
 * Connects, and reports what may lose revocations there, or make requests hang. @throws SetupError
 * if it cannot.
 */
export async function connectRedis(
  { url, prefix, feedUrl }: RedisAddress,
  report: (finding: string) => void,
): Promise<Redis> {
  const client = await openClient(url)
  if (feedUrl !== undefined) redirectSubscribers(client, feedUrl)
  for (const { level, code, message } of await diagnoseRedis(client, { prefix })) {
    report(`${level} ${code}: ${message}`)
  }
  return client
}

/**
 * A client that rejects at once while Redis is down, and comes back by itself. @throws SetupError
 * if there is none now.
 */
export async function openClient(url: string): Promise<Redis> {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    socketTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
  })
  let lastError: unknown
  // Without a listener, ioredis prints every failed attempt. What requests come to is told by their
  // own rejections.
  client.on('error', (error) => {
    lastError = error
  })
  try {
    await client.connect()
    // A password that is wrong, or missing, is not always a failure to connect.
    await client.ping()
    return client
  } catch (cause) {
    client.disconnect()
    throw new SetupError(`Cannot use this Redis: ${reasonOf(lastError ?? cause)}.`, { cause })
  }
}

/** A subscriber is a duplicate of the client that the store was given. */
function redirectSubscribers(client: Redis, feedUrl: string): void {
  const { hostname, port } = new URL(feedUrl)
  const duplicate = client.duplicate.bind(client)
  client.duplicate = (override) => duplicate({ ...override, host: hostname, port: Number(port) })
}

/**
 * Messages of a client name hosts, and may hold more: kept is the code, or the first word of the
 * server's reply.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return /^[A-Z]{2,}(?=\s)/.exec(error.message)?.[0] ?? error.name
}
