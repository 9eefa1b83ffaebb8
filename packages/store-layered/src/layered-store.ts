import type { FollowableStore } from '@revoked/core'
import { assertFollowable, followStore, shareHandler, systemClock } from '@revoked/core/follow'
import { createLookup } from './cache/lookup.ts'
import type { CachingStore } from './caching-store.ts'
import { observable } from './observable.ts'
import { type LayeredStoreOptions, readOptions } from './options.ts'
import { type Counters, type LayeredStatus, layeredStatus } from './status.ts'

/**
 * A store that answers nearly every check from a local cache.
 *
 * @example
 * ```ts
 * import { type LayeredStore, layeredStore } from '@revoked/store-layered'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const store: LayeredStore = layeredStore(memoryStore())
 * const isLive = store.status().state === 'live'
 * await store.close()
 * ```
 */
export type LayeredStore = CachingStore<LayeredStatus>

/**
 * Returns a store with a local cache in front of a remote store that can be followed. Nearly every
 * check is answered in memory, because the absence of marks is cached too.
 *
 * A "not revoked" is never served from the local cache later than `maxStaleness` after the
 * revocation was carried out on the remote, whatever happens to the network, the subscription or
 * the event loop. Normally it is gone within a millisecond.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { layeredStore } from '@revoked/store-layered'
 * import { redisStore } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 })
 * const store = layeredStore(redisStore(client), { maxStaleness: '2s' })
 * const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function layeredStore(remote: FollowableStore, options: LayeredStoreOptions = {}): LayeredStore {
  assertFollowable(remote, 'The remote')
  const { maxEntries, maxStalenessMs, timeoutMs, idleAfterMs } = readOptions(options)
  const counters: Counters = { localKeys: 0, remoteKeys: 0, resets: 0 }
  const handler = shareHandler({
    apply: ({ key, mark }) => lookup.applied(key, mark),
    // The generation of the follower makes all entries void.
    reset: (log) => {
      if (following.followers[log]?.confirmedAt() !== undefined) counters.resets++
    },
    suspect: (keys) => lookup.suspect(keys),
  })
  const following = followStore(remote, handler, { maxStalenessMs, idleAfterMs })
  const lookup = createLookup({ remote, following, maxEntries, counters, clock: systemClock, timeoutMs })

  async function close(): Promise<void> {
    following.close()
  }

  return {
    find: lookup.find,
    record: async (marks, note) => {
      for (const keyed of marks) lookup.expected(keyed)
      const changed = await remote.record(marks, note)
      // Entries that were read meanwhile may be from before.
      for (const keyed of marks) lookup.expected(keyed)
      return changed
    },
    forget: async (keys, note) => {
      await remote.forget(keys, note)
      for (const key of keys) lookup.applied(remote.logKey(key), undefined)
    },
    // The settings concern stored marks, so only the remote can keep them.
    agree: (settings) => remote.agree(settings),
    ...observable({ remote, handler, following, maxStalenessMs, timeoutMs, idleAfterMs }),
    status: () => layeredStatus(following.status(), counters, lookup.sizes()),
    close,
    [Symbol.asyncDispose]: close,
  }
}
