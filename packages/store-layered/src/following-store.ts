// Declares `AsyncDisposable` for projects that compile with an older library.
/// <reference lib="esnext.disposable" preserve="true" />
import type { KeyedMark } from '@revoked/core'
import type { ObservableStore } from '@revoked/core/follow'

/**
 * A store that follows the change log of a remote store, to answer checks in this process. `watch`
 * of core observes it, and does not read the log again. Core names the ids inside marks by its
 * `logKey`, which is that of the remote.
 */
export interface FollowingStore<Status> extends ObservableStore, AsyncDisposable {
  /** Returns the state of the store, for health checks and metrics. */
  status(): Status
  /**
   * Calls back for every revocation that arrives from the remote, including those of this instance.
   * Use it to close live connections. Errors and rejections of the listener are ignored.
   *
   * @returns a function that removes the listener.
   */
  onRevoked(listener: (revoked: KeyedMark) => void): () => void
  /**
   * Calls back when revocations may have been missed: the log does not reach back to what was
   * known. A listener that acts on {@link onRevoked} must now check every open connection.
   *
   * @returns a function that removes the listener.
   */
  onMissed(listener: () => void): () => void
  /**
   * Ends the reads and the subscriptions. Afterwards the store answers from the remote alone. The
   * caller owns the remote, which stays open.
   */
  close(): Promise<void>
}
