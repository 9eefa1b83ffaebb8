// Declares `AsyncDisposable` for projects that compile with an older library.
/// <reference lib="esnext.disposable" preserve="true" />
import {
  type FeedChange,
  type Key,
  type KeyedMark,
  type ProbedStore,
  type RevocationStore,
  revokesAny,
} from '@revoked/core'
import { createLocalCache } from './cache/local-cache.ts'
import { createLookup } from './cache/lookup.ts'
import { systemClock } from './follow/clock.ts'
import { createListeners } from './follow/listeners.ts'
import { followLog } from './follow/log-follower.ts'
import { createLogView } from './follow/log-view.ts'
import { type LayeredStoreOptions, readOptions } from './options.ts'
import { type Counters, type LayeredStatus, statusOf } from './status.ts'

/** A store that answers nearly every check from a local cache. */
export interface LayeredStore extends RevocationStore, AsyncDisposable {
  /** Returns the state of the store, for health checks and metrics. */
  status(): LayeredStatus
  /**
   * Calls back for every revocation that arrives from the remote, including those of this instance.
   * Use it to close live connections. Errors and rejections of the listener are ignored.
   *
   * @returns a function that removes the listener.
   */
  onRevoked(listener: (revoked: KeyedMark) => void): () => void
  /**
   * Calls back when marks may have been missed: at a lost connection, a gap, or the end of a lease.
   * A listener that acts on {@link onRevoked} must now check every open connection.
   *
   * @returns a function that removes the listener.
   */
  onMissed(listener: () => void): () => void
  /**
   * Ends the subscriptions. Afterwards the store answers from the remote alone. The caller owns the
   * remote, which stays open.
   */
  close(): Promise<void>
}

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
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1, socketTimeout: 5_000 })
 * const store = layeredStore(redisStore(client), { maxStaleness: '2s' })
 * const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function layeredStore(remote: ProbedStore, options: LayeredStoreOptions = {}): LayeredStore {
  if (typeof remote?.follow !== 'function') throw new TypeError('The remote must be a store that can be followed.')
  const { maxEntries, maxStalenessMs, timeoutMs } = readOptions(options)
  const clock = systemClock
  const views = Array.from({ length: remote.logs }, () => createLogView(maxStalenessMs, clock))
  const cache = createLocalCache(maxEntries)
  const counters: Counters = { localKeys: 0, remoteKeys: 0, gaps: 0, resynchronisations: 0 }
  const lookup = createLookup({ remote, views, cache, counters, clock, timeoutMs })
  const revoked = createListeners<KeyedMark>()
  const missed = createListeners<undefined>()

  function apply({ recorded, forgotten }: FeedChange): void {
    // A key in both lists was forgotten first.
    for (const key of forgotten) lookup.forgotten(key)
    for (const keyed of recorded) {
      lookup.recorded(keyed)
      // The record of a family says which refresh tokens were used, and revokes nothing.
      if (revokesAny(keyed.mark)) revoked.emit(keyed)
    }
  }

  const followers = views.map((view, log) =>
    followLog({
      remote,
      log,
      view,
      maxStalenessMs,
      apply,
      missed: (why) => {
        if (why === 'gap') counters.gaps++
        if (why === 'opened' || why === 'gap') counters.resynchronisations++
        missed.emit(undefined)
      },
    }),
  )

  async function close(): Promise<void> {
    await Promise.all(followers.map((follower) => follower.close()))
  }

  return {
    find: lookup.find,
    record: async (marks) => {
      for (const keyed of marks) lookup.expected(keyed)
      const changed = await remote.record(marks)
      // Entries that were read meanwhile may be from before.
      for (const keyed of marks) lookup.expected(keyed)
      return changed
    },
    forget: async (keys: readonly Key[]) => {
      await remote.forget(keys)
      for (const key of keys) lookup.forgotten(key)
    },
    // The settings concern stored marks, so only the remote can keep them.
    agree: (settings) => remote.agree(settings),
    status: () => statusOf(views, counters, cache),
    onRevoked: revoked.add,
    onMissed: (listener) => missed.add(listener),
    close,
    [Symbol.asyncDispose]: close,
  }
}
