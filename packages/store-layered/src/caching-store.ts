// Declares `AsyncDisposable` for projects that compile with an older library.
/// <reference lib="esnext.disposable" preserve="true" />
import type { ObservableStore } from '@revoked/core/follow'

/**
 * A store that follows the change log of a remote store, to answer checks in this process. `watch`
 * of core observes it, and does not read the log again. Core names the ids inside marks by its
 * `logKey`, which is that of the remote.
 *
 * @example
 * ```ts
 * import type { CachingStore, FollowedStatus } from '@revoked/store-layered'
 *
 * // Works for a cache and for a mirror.
 * const isHealthy = (store: CachingStore<FollowedStatus>): boolean => (store.status().sinceConfirmedMs ?? Infinity) < 5_000
 * const stop = (store: CachingStore<FollowedStatus>): Promise<void> => store.close()
 * ```
 */
export interface CachingStore<Status> extends ObservableStore, AsyncDisposable {
  /** The option `timeout`, in ms. */
  readonly timeoutMs: number
  /** Returns the state of the store, for health checks and metrics. */
  status(): Status
  /**
   * Ends the reads and the subscriptions. Afterwards the store answers from the remote alone. The
   * caller owns the remote, which stays open.
   */
  close(): Promise<void>
}
