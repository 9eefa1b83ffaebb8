import type { FollowableStore, RevocationStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { type CachingStore, type FollowedStatus, layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisSessions, redisStore } from '@revoked/store-redis'
import type { Redis } from 'ioredis'
import { locatePostgres } from './locate-postgres.ts'
import { locateRedis } from './locate-redis.ts'
import type { LocatedServer, ServerAddress } from './located-server.ts'
import { openPostgres } from './open-postgres.ts'
import { openSqlite } from './open-sqlite.ts'
import { connectRedis } from './redis-client.ts'

/** The status of a cache: how fresh it is, and how much it answers. */
export interface CacheStatus extends FollowedStatus {
  readonly state: string
}

/**
 * A store, with the members that some stores have: their number of marks, their change log, and the
 * status of their cache.
 */
export interface ObservableStore extends RevocationStore, Partial<Pick<FollowableStore, 'read' | 'subscribe'>> {
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

/** A store, and the function that closes it with everything that was opened for it. */
export interface OpenStore {
  readonly store: ObservableStore
  /** Where it is kept who is logged in on which device. Missing: in this process. */
  readonly sessionStore?: SessionStore
  readonly close: () => Promise<void>
}

/** A store within one process. */
export interface LocalStore {
  readonly open: () => ObservableStore
}

/** A store in a file, which a process opens again after a restart. */
export interface FileStore {
  readonly openFile: (path: string) => Promise<OpenStore>
}

/** A store that several processes open at one address. */
export interface SharedStore {
  readonly locate: () => Promise<LocatedServer>
  /** `report` receives what the diagnosis finds, line by line. */
  readonly open: (at: ServerAddress, report: (finding: string) => void) => Promise<OpenStore>
  /** If missing, every check asks the store. */
  readonly cache?: CacheTraits
}

/**
 * The timeout is shorter than that of the revocation, so that a check can be answered from the
 * cache if the database does not answer.
 */
const cacheOptions = { maxStaleness: '2s', timeout: '300ms' } as const

/** The stores that `--store` can name. Add another store here. */
const stores: Readonly<Record<string, LocalStore | FileStore | SharedStore>> = {
  memory: { open: () => memoryStore({ auditFor: '30d' }) },
  sqlite: { openFile: openSqlite },
  redis: {
    open: async (at, report) => {
      const client = await connectRedis(at, report)
      return {
        store: redisStore(client, { prefix: at.prefix }),
        sessionStore: sessionsOver(client, at),
        close: async () => client.disconnect(),
      }
    },
    locate: locateRedis,
  },
  layered: {
    open: cachedBy((remote) => layeredStore(remote, cacheOptions)),
    locate: locateRedis,
    cache: { maxStalenessMs: 2_000, isMirror: false },
  },
  mirror: {
    open: cachedBy((remote) => mirroredStore(remote, { ...cacheOptions, local: () => memoryStore({ logLength: 1 }) })),
    locate: locateRedis,
    cache: { maxStalenessMs: 2_000, isMirror: true },
  },
  postgres: {
    open: openPostgres((remote) => layeredStore(remote, cacheOptions)),
    locate: locatePostgres,
    cache: { maxStalenessMs: 2_000, isMirror: false },
  },
}

/** Returns a function that opens a cache in front of a Redis, and closes it before its client. */
function cachedBy(cacheOf: (remote: FollowableStore) => CachingStore<CacheStatus>): SharedStore['open'] {
  return async (at, report) => {
    const client = await connectRedis(at, report)
    const store = cacheOf(redisStore(client, { prefix: at.prefix }))
    const close = async (): Promise<void> => {
      await store.close()
      client.disconnect()
    }
    return { store, sessionStore: sessionsOver(client, at), close }
  }
}

/** Returns the sessions in a Redis, under the prefix of this run. */
function sessionsOver(client: Redis, { prefix }: ServerAddress): SessionStore {
  return redisSessions(client, { prefix: `${prefix}:sessions` })
}

/**
 * Returns the store of this name.
 *
 * @throws RangeError if there is none; the message lists all names.
 */
export function storeCalled(name: string): LocalStore | FileStore | SharedStore {
  const store = Object.hasOwn(stores, name) ? stores[name] : undefined
  if (store === undefined)
    throw new RangeError(`There is no store called ${JSON.stringify(name)}. Choose one of: ${storeNames()}.`)
  return store
}

function storeNames(): string {
  return Object.keys(stores).join(', ')
}
