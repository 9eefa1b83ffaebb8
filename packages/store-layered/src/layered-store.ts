// Declares `AsyncDisposable` for projects that compile with an older library.
/// <reference lib="esnext.disposable" preserve="true" />
import { type FollowableStore, type Key, type KeyedMark, type RevocationStore, revokesAny } from '@revoked/core'
import { followStore, systemClock } from '@revoked/core/follow'
import { createLookup } from './cache/lookup.ts'
import { createListeners } from './listeners.ts'
import { type LayeredStoreOptions, readOptions } from './options.ts'
import { type Counters, type LayeredStatus, statusOf } from './status.ts'

/** A store that answers nearly every check from a local cache. */
export interface LayeredStore extends RevocationStore, AsyncDisposable {
  /** Returns the key as the remote names it. Core names the ids inside marks in the same way. */
  logKey(key: Key): Key
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
export function layeredStore(remote: FollowableStore, options: LayeredStoreOptions = {}): LayeredStore {
  if (typeof remote?.read !== 'function') throw new TypeError('The remote must be a store that can be followed.')
  const { maxEntries, maxStalenessMs, timeoutMs, idleAfterMs } = readOptions(options)
  const counters: Counters = { localKeys: 0, remoteKeys: 0, resets: 0 }
  const revoked = createListeners<KeyedMark>()
  const missed = createListeners<undefined>()
  const following = followStore(
    remote,
    {
      apply: ({ key, mark }) => {
        lookup.applied(key, mark)
        // The record of a family says which refresh tokens were used, and revokes nothing.
        if (mark !== undefined && revokesAny(mark)) revoked.emit({ key, mark })
      },
      // The generation of the follower makes all entries void.
      reset: () => {
        counters.resets++
        missed.emit(undefined)
      },
      suspect: (keys) => lookup.suspect(keys),
    },
    { maxStalenessMs, idleAfterMs },
  )
  const lookup = createLookup({ remote, following, maxEntries, counters, clock: systemClock, timeoutMs })

  async function close(): Promise<void> {
    following.close()
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
    forget: async (keys) => {
      await remote.forget(keys)
      for (const key of keys) lookup.applied(remote.logKey(key), undefined)
    },
    // The settings concern stored marks, so only the remote can keep them.
    agree: (settings) => remote.agree(settings),
    logKey: (key) => remote.logKey(key),
    status: () => statusOf(following.status(), counters, lookup.sizes()),
    onRevoked: revoked.add,
    onMissed: (listener) => missed.add(listener),
    close,
    [Symbol.asyncDispose]: close,
  }
}
