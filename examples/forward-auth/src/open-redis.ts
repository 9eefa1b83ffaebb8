import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'
import { errorFields, type Log } from './log.ts'
import type { OpenRemote, StoreSettings } from './open-store.ts'

/**
 * Opens a client that rejects at once while Redis is down, and connects again by itself, and the
 * store over it.
 */
export function openRedis(url: string, { STORE_PREFIX, HASH_IDS }: StoreSettings, log: Log): OpenRemote {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    socketTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
  })
  client.on('error', (error) => log('warn', 'store_connection', errorFields(error)))
  // A failure was reported as an event by then, and the client goes on trying.
  client.connect().catch(() => undefined)
  const store = redisStore(client, { prefix: STORE_PREFIX, hashIds: HASH_IDS })
  return { store, close: async () => client.disconnect() }
}
