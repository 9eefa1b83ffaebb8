import type { FollowableStore, RevocationStore } from '@revoked/core'
import { type FollowedStatus, layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { type LocatedRedis, locateRedis } from './locate-redis.ts'
import { connectRedis, type RedisAddress } from './redis-client.ts'

/** The status of a cache: how fresh it is, and how much it answers. */
export interface CacheStatus extends FollowedStatus {
  readonly state: string
}

/**
 * A store, with the members that some stores have: their number of marks, reads of their change
 * log, and the status of their cache.
 */
export interface ObservableStore extends RevocationStore, Partial<Pick<FollowableStore, 'read'>> {
  readonly size?: number | undefined
  readonly status?: () => CacheStatus
}

/** What a demo expects of the cache of each server. */
export interface CacheTraits {
  /** For how long a process may accept a token that another one has revoked, in ms. */
  readonly maxStalenessMs: number
  /** Whether it holds all marks, and so answers for tokens that it has never seen. */
  readonly isMirror: boolean
}

/** A store within one process. */
export interface LocalStore {
  readonly open: () => ObservableStore
}

/** A store that several processes open at one address. */
export interface SharedStore {
  readonly locate: () => Promise<LocatedRedis>
  /** `report` receives what `diagnoseRedis` finds, line by line. */
  readonly open: (at: RedisAddress, report: (finding: string) => void) => Promise<ObservableStore>
  /** If missing, every check asks the store. */
  readonly cache?: CacheTraits
}

/** The stores that `--store` can name. Add another store here. */
const stores: Readonly<Record<string, LocalStore | SharedStore>> = {
  memory: { open: () => memoryStore() },
  redis: {
    open: async (at, report) => redisStore(await connectRedis(at, report), { prefix: at.prefix }),
    locate: locateRedis,
  },
  layered: {
    open: async (at, report) => {
      const remote = redisStore(await connectRedis(at, report), { prefix: at.prefix })
      // Shorter than the timeout of the revocation, so that a check can be answered from the cache
      // if Redis does not answer.
      return layeredStore(remote, { maxStaleness: '2s', timeout: '300ms' })
    },
    locate: locateRedis,
    cache: { maxStalenessMs: 2_000, isMirror: false },
  },
  mirror: {
    open: async (at, report) => {
      const remote = redisStore(await connectRedis(at, report), { prefix: at.prefix })
      const local = () => memoryStore({ logLength: 1 })
      return mirroredStore(remote, { local, maxStaleness: '2s', timeout: '300ms' })
    },
    locate: locateRedis,
    cache: { maxStalenessMs: 2_000, isMirror: true },
  },
}

/**
 * Returns the store of this name.
 *
 * @throws RangeError if there is none; the message lists all names.
 */
export function storeCalled(name: string): LocalStore | SharedStore {
  const store = Object.hasOwn(stores, name) ? stores[name] : undefined
  if (store === undefined)
    throw new RangeError(`There is no store called ${JSON.stringify(name)}. Choose one of: ${storeNames()}.`)
  return store
}

function storeNames(): string {
  return Object.keys(stores).join(', ')
}
