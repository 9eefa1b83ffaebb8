/** Opens the store that the environment names. */
import type { FollowableStore, RevocationStore } from '@revoked/core'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { sqliteStore } from '@revoked/store-sqlite'
import { EnvironmentError } from './environment.ts'
import type { Log } from './log.ts'
import { openPostgres } from './open-postgres.ts'
import { openRedis } from './open-redis.ts'
import type { StoreAddress } from './parsers.ts'
import type { Settings } from './settings.ts'

/** A shared store, and the function that closes what was opened for it. */
export interface OpenRemote {
  readonly store: FollowableStore
  readonly close: () => Promise<void>
}

/** What a store is opened with. */
export type StoreSettings = Pick<
  Settings,
  'STORE_URL' | 'STORE_PREFIX' | 'HASH_IDS' | 'MIGRATE' | 'CACHE' | 'MAX_STALENESS'
>

/** The store of the server. */
export interface OpenStore {
  readonly store: RevocationStore
  /** `false` if a cache has lost touch with its store: it may still answer, and asks the store. */
  readonly isFollowing: () => boolean
  readonly close: () => Promise<void>
}

/** Below the timeout of a check, so that a check can be answered with what is known locally. */
const cacheTimeout = '300ms'

/**
 * Opens the store, with a cache in front if there is to be one. A server that cannot be reached is
 * no error: it may be up later.
 */
export async function openStore(settings: StoreSettings, log: Log): Promise<OpenStore> {
  const { store, close } = await openRemote(settings.STORE_URL, settings, log)
  const { CACHE, MAX_STALENESS: maxStaleness } = settings
  if (CACHE === 'none') return { store, isFollowing: () => true, close }
  const options = { maxStaleness, timeout: cacheTimeout } as const
  const cache =
    CACHE === 'layered'
      ? layeredStore(store, options)
      : mirroredStore(store, { ...options, local: () => memoryStore({ logLength: 1 }) })
  return {
    store: cache,
    // A layered store is idle while nobody asks.
    isFollowing: () => ['live', 'idle'].includes(cache.status().state),
    close: async () => {
      await cache.close()
      await close()
    },
  }
}

async function openRemote(address: StoreAddress, settings: StoreSettings, log: Log): Promise<OpenRemote> {
  if (address.kind === 'sqlite') return openSqlite(address.path, settings)
  if (address.kind === 'redis') return openRedis(address.url, settings, log)
  return await openPostgres(address.url, settings, log)
}

function openSqlite(path: string, { HASH_IDS: hashIds }: StoreSettings): OpenRemote {
  try {
    const store = sqliteStore(path, { hashIds })
    return { store, close: async () => store.close() }
  } catch (cause) {
    // The message says which version of Node has SQLite, and names no file.
    if (cause instanceof TypeError) throw cause
    throw new EnvironmentError(['STORE_URL names a SQLite file that cannot be opened'], { cause })
  }
}
