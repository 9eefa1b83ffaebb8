import type { FollowableStore } from './change-log.ts'
import type { KeyedMark } from './store.ts'

/**
 * A store that takes marks by the names that keys have in a log: those of a backup, or of another
 * store that names keys alike. Its cases are `restoreCases` of `@revoked/conformance`.
 *
 * @example
 * ```ts
 * import type { RestorableStore } from '@revoked/core'
 *
 * // Copies a store into another one with the same options.
 * async function copyMarks(from: RestorableStore, to: RestorableStore): Promise<void> {
 *   for (let log = 0; log < from.logs; log++)
 *     for await (const marks of from.scan(log)) await to.restore(log, marks)
 * }
 * ```
 */
export interface RestorableStore extends FollowableStore {
  /**
   * Merges marks into those of their keys, as `record` does, and appends them to the log. Keys are
   * named as `scan` names those of this log, so digests are stored as they are. It enters nothing
   * in an audit trail.
   *
   * @throws RangeError (rejects) for a log that does not exist.
   * @throws TypeError (rejects) for a key that this store would name otherwise: no look-up would
   *   find it. Nothing was stored.
   */
  restore(log: number, marks: readonly KeyedMark[]): Promise<readonly boolean[]>
}

/**
 * Returns whether a store takes marks by the names that keys have in a log.
 *
 * @example
 * ```ts
 * import { isRestorable, type RevocationStore } from '@revoked/core'
 *
 * function assertRestorable(store: RevocationStore): void {
 *   if (!isRestorable(store)) throw new TypeError('A backup cannot be read into this store.')
 * }
 * ```
 */
export function isRestorable(store: object): store is RestorableStore {
  return 'restore' in store && typeof store.restore === 'function'
}
