import type { RevocationStore } from '@revoked/core'
import { type LayeredStore, layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { type LocatedRedis, locateRedis } from './locate-redis.ts'
import { connectRedis, type RedisAddress } from './redis-client.ts'

/**
 * A store, and what some stores tell of themselves: how many marks they hold, how their cache is
 * doing, what was revoked elsewhere.
 */
export interface ObservableStore
  extends RevocationStore,
    Partial<Pick<LayeredStore, 'status' | 'onRevoked' | 'onMissed'>> {
  readonly size?: number | undefined
}

/** A store within one process. */
export interface LocalStore {
  readonly open: () => ObservableStore
}

/** A store that any number of processes open, once it is known where. */
export interface SharedStore {
  readonly locate: () => Promise<LocatedRedis>
  /** `report` is told what is wrong there, line by line. */
  readonly open: (at: RedisAddress, report: (finding: string) => void) => Promise<ObservableStore>
  /**
   * For how long a process may still let pass what another one has taken back. Without it: not for
   * a moment.
   */
  readonly maxStalenessMs?: number
}

/** Which stores `--store` can name. This is the one place that changes for another one. */
const stores: Readonly<Record<string, LocalStore | SharedStore>> = {
  memory: { open: () => memoryStore() },
  redis: {
    open: async (at, report) => redisStore(await connectRedis(at, report), { prefix: at.prefix }),
    locate: locateRedis,
  },
  layered: {
    open: async (at, report) => {
      const remote = redisStore(await connectRedis(at, report), { prefix: at.prefix })
      // Below the timeout of the revocation, which is thus told what is known locally where Redis
      // is silent.
      return layeredStore(remote, { maxStaleness: '2s', timeout: '300ms' })
    },
    locate: locateRedis,
    maxStalenessMs: 2_000,
  },
}

/** @throws RangeError naming the stores that there are. */
export function storeCalled(name: string): LocalStore | SharedStore {
  const store = Object.hasOwn(stores, name) ? stores[name] : undefined
  if (store === undefined)
    throw new RangeError(`There is no store called ${JSON.stringify(name)}. Choose one of: ${storeNames()}.`)
  return store
}

function storeNames(): string {
  return Object.keys(stores).join(', ')
}
