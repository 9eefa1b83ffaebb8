import { diagnoseRedis } from '@revoked/store-redis/diagnose'
import { Redis } from 'ioredis'
import type { ServerAddress } from './located-server.ts'
import { SetupError } from './setup-error.ts'

/**
 * Connects to a Redis, and reports settings that may lose revocations or let requests hang.
 *
 * @throws SetupError if it cannot connect.
 */
export async function connectRedis(
  { url, prefix, feedUrl }: ServerAddress,
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
 * Opens a client that rejects at once while Redis is down, and reconnects by itself.
 *
 * @throws SetupError if it cannot connect.
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
  // Without a listener, ioredis prints every failed attempt. Commands that fail reject.
  client.on('error', (error) => {
    lastError = error
  })
  try {
    await client.connect()
    // A wrong or missing password does not always fail the connection.
    await client.ping()
    return client
  } catch (cause) {
    client.disconnect()
    throw new SetupError(`Cannot use this Redis: ${reasonOf(lastError ?? cause)}.`, { cause })
  }
}

/** Directs subscribers, which the store makes by `duplicate`, to another address. */
function redirectSubscribers(client: Redis, feedUrl: string): void {
  const { hostname, port } = new URL(feedUrl)
  const duplicate = client.duplicate.bind(client)
  client.duplicate = (override) => duplicate({ ...override, host: hostname, port: Number(port) })
}

/**
 * Returns the code of an error, or the first word of the server's reply. Messages of a client name
 * hosts and may contain more.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return /^[A-Z]{2,}(?=\s)/.exec(error.message)?.[0] ?? error.name
}
