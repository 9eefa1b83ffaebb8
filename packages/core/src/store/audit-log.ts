import type { Mark } from './mark.ts'
import type { Key, RevocationStore } from './store.ts'

/**
 * Who makes a change, and what a store cannot see from it. Core passes it with `record` and
 * `forget` to an {@link AuditedStore}. Other stores may ignore it.
 *
 * @example
 * ```ts
 * import type { AuditNote, RevocationStore } from '@revoked/core'
 *
 * // A store in front of another one passes the note on.
 * const passOn = (store: RevocationStore): Pick<RevocationStore, 'record' | 'forget'> => ({
 *   record: (marks, note?: AuditNote) => store.record(marks, note),
 *   forget: (keys, note?: AuditNote) => store.forget(keys, note),
 * })
 * ```
 */
export interface AuditNote {
  /** When, in ms since the epoch, by the clock of `createRevocation`. */
  readonly at: number
  /** Who, as the caller says. Without control characters, at most 256 characters. */
  readonly actor?: string
  /** Why: a short code, at most 64 characters. */
  readonly reason?: string
  /**
   * Whom it concerns: for each mark or key of the call the key of its subject, and `undefined` if
   * that is not known.
   */
  readonly subjects: readonly (Key | undefined)[]
}

/**
 * An entry of an audit trail: one change of one key.
 *
 * @example
 * ```ts
 * import type { AuditEntry } from '@revoked/core'
 *
 * const describe = ({ at, actor = 'unknown', action, key, reason = 'no reason' }: AuditEntry): string =>
 *   `${new Date(at).toISOString()} ${actor}: ${action} ${key.scope} (${reason})`
 * ```
 */
export interface AuditEntry {
  /** When, in ms since the epoch, by the clock of the service that made the change. */
  readonly at: number
  readonly action: 'revoke' | 'reinstate'
  /** The key that was changed, as `logKey` of the store names it. */
  readonly key: Key
  /** The key of the subject that it concerns, if it is known, as `logKey` of the store names it. */
  readonly subject: Key | undefined
  /**
   * The mark that was recorded, as it was given: how far back it reaches, until when it is kept,
   * and whom it exempts. `undefined` for `reinstate`.
   */
  readonly mark: Mark | undefined
  /** Who, as the caller said. `undefined` if it did not say. */
  readonly actor: string | undefined
  /** Why. `undefined` if the caller did not say. */
  readonly reason: string | undefined
}

/**
 * Which entries of an audit trail to read. Without a field, it does not matter.
 *
 * @example
 * ```ts
 * import type { AuditQuery } from '@revoked/core'
 *
 * const today: AuditQuery = { subject: { scope: 'sub', value: 'alice' }, from: Date.now() - 86_400_000, limit: 100 }
 * ```
 */
export interface AuditQuery {
  /** The key of a subject, as core names it. The store names it by its `logKey`. */
  readonly subject?: Key
  /** Ms since the epoch: entries of this instant or later. */
  readonly from?: number
  /** Ms since the epoch: entries before this instant. */
  readonly until?: number
  /** The largest number of entries: 1 to 1,000. */
  readonly limit: number
  /** The `next` of a page: the entries that follow it. */
  readonly after?: string
}

/**
 * A page of an audit trail.
 *
 * @example
 * ```ts
 * import type { AuditLog, AuditPage, AuditQuery } from '@revoked/core'
 *
 * async function countEntries(log: AuditLog, query: AuditQuery): Promise<number> {
 *   const page: AuditPage = await log.read(query)
 *   return page.entries.length + (page.next === undefined ? 0 : await countEntries(log, { ...query, after: page.next }))
 * }
 * ```
 */
export interface AuditPage {
  /** The latest entry first. Entries of the same instant have a fixed order. */
  readonly entries: readonly AuditEntry[]
  /** Set if there are more: for {@link AuditQuery.after}. At most 256 characters. */
  readonly next: string | undefined
}

/**
 * The audit trail of a store: who revoked what, when and why. Each sentence here is a case of
 * `@revoked/conformance`.
 *
 * - If `record` is called with a note, there is an entry for each mark that it returns `true` for.
 *   If `forget` is, there is one for each key that held a mark. Nothing else is entered: without a
 *   note, nothing is.
 * - The entry is written in the same step as the change: there is neither one without the other.
 * - An entry is returned until a stated time after its `at`, and not longer.
 *
 * @example
 * ```ts
 * import type { AuditLog } from '@revoked/core'
 *
 * const latest = async (log: AuditLog): Promise<number | undefined> => (await log.read({ limit: 1 })).entries[0]?.at
 * ```
 */
export interface AuditLog {
  /**
   * Returns a page of the entries that fit. Pages that follow each other have each entry once, and
   * leave none out that was there before the first one was read.
   *
   * @throws RangeError (rejects) if `after` is not the `next` of a page.
   */
  read(query: AuditQuery): Promise<AuditPage>
}

/**
 * A store that keeps an audit trail.
 *
 * @example
 * ```ts
 * import type { AuditedStore } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const store: AuditedStore = memoryStore({ auditFor: '90d' })
 * const { entries } = await store.audit.read({ limit: 10 })
 * ```
 */
export interface AuditedStore extends RevocationStore {
  readonly audit: AuditLog
}

/**
 * Returns whether a store keeps an audit trail.
 *
 * @example
 * ```ts
 * import { isAudited, type RevocationStore } from '@revoked/core'
 *
 * // A store in front of another one offers the trail of that one, if it has one.
 * const trailOf = (remote: RevocationStore) => (isAudited(remote) ? { audit: remote.audit } : {})
 * ```
 */
export function isAudited(store: RevocationStore & Partial<AuditedStore>): store is AuditedStore {
  return store.audit !== undefined
}
