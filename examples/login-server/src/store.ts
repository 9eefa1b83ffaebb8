import type { RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { type LocatedRedis, locateRedis } from './locate-redis.ts'
import { connectRedis, type RedisAddress } from './redis-client.ts'

/** A store, and how many marks it holds where it knows. */
export interface CountingStore extends RevocationStore {
  readonly size?: number | undefined
}

/** A store within one process. */
export interface LocalStore {
  readonly open: () => CountingStore
}

/** A store that any number of processes open, once it is known where. */
export interface SharedStore {
  readonly locate: () => Promise<LocatedRedis>
  /** `report` is told what is wrong there, line by line. */
  readonly open: (at: RedisAddress, report: (finding: string) => void) => Promise<CountingStore>
}

/** Which stores `--store` can name. This is the one place that changes for another one. */
const stores: Readonly<Record<string, LocalStore | SharedStore>> = {
  memory: { open: () => memoryStore() },
  redis: {
    open: async (at, report) => redisStore(await connectRedis(at, report), { prefix: at.prefix }),
    locate: locateRedis,
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
