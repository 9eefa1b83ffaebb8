import type { AgreedSettings, SharedSettings } from '../settings/shared-settings.ts'
import type { AuditNote } from './audit-log.ts'
import type { Mark } from './mark.ts'

/**
 * What a mark is filed under. Opaque to stores, which must never let two different keys collide.
 *
 * @example
 * ```ts
 * import type { Key } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const keys: readonly Key[] = [{ scope: 'jti', value: 'a1' }, { scope: 'sub', value: 'alice' }, { scope: 'all', value: '' }]
 * const found = await memoryStore().find(keys)
 * ```
 */
export interface Key {
  /**
   * `jti`, `sid`, `sub`, `all`, `fam` (a family of refresh tokens), `once` (an id of one use) or
   * the name of a claim.
   */
  readonly scope: string
  /** Any string, the empty one included. */
  readonly value: string
}

/**
 * A mark and the key that it is filed under.
 *
 * @example
 * ```ts
 * import type { KeyedMark } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const entry: KeyedMark = {
 *   key: { scope: 'sub', value: 'alice' },
 *   mark: { cutoff: Date.now(), expiresAt: Date.now() + 3_600_000 },
 * }
 * await memoryStore().record([entry])
 * ```
 */
export interface KeyedMark {
  readonly key: Key
  readonly mark: Mark
}

/**
 * A store of marks. It has four methods, and is monotone: `record` only adds to what is revoked, so
 * retries, races and caches are safe. Each sentence here is a case of `@revoked/conformance`.
 *
 * - A mark is found by every `find` that starts after its `record` resolved, until its `expiresAt`,
 *   and not after.
 * - A live mark is never evicted. A full store rejects the record.
 * - Every failure rejects (or throws). An empty result means "nothing recorded", never "the lookup
 *   failed". A cache that knows some marks while its backend fails rejects with a
 *   `PartialAnswerError`.
 * - A store opens no additional connection on a client that it was given, unless its documentation
 *   says so. It closes nothing that it did not open.
 *
 * @example
 * ```ts
 * import type { RevocationStore } from '@revoked/core'
 *
 * // Counts look-ups, in front of any store.
 * function counted(store: RevocationStore, count: (keys: number) => void): RevocationStore {
 *   return {
 *     record: (marks, note) => store.record(marks, note),
 *     find: (keys, at) => (count(keys.length), store.find(keys, at)),
 *     forget: (keys, note) => store.forget(keys, note),
 *     agree: (settings) => store.agree(settings),
 *   }
 * }
 * ```
 */
export interface RevocationStore {
  /**
   * Merges each mark into what its key holds with `mergeMarks`, atomically per key. Resolves when
   * stored.
   *
   * @param note - For the audit trail, if the store keeps one: see `AuditedStore`. A store in front
   *   of another one passes it on.
   * @returns per mark, whether it revoked anything that was not revoked already. A mark that merely
   * lives longer or carries another reason is merged and returns `false`. Exactly one of any number
   * of concurrent identical first records returns `true`: this is the single-use primitive of the
   * library.
   * @throws MarkExpiredError if a mark has already expired by the clock of the store. It is not
   * stored, and no live mark is widened by it. The other marks of the batch may be stored or not.
   */
  record(marks: readonly KeyedMark[], note?: AuditNote): Promise<readonly boolean[]>

  /**
   * Returns the unexpired marks among `keys`, in any order. A key without a mark is absent. May
   * return synchronously: callers `await` it, and save a turn of the event loop if they need not.
   *
   * @param at - What `Date.now()` has just returned, if the caller has read it. A store that needs
   *   the time may use it, because a reading takes up to 100 ns on virtual machines.
   */
  find(keys: readonly Key[], at?: number): readonly KeyedMark[] | Promise<readonly KeyedMark[]>

  /**
   * Forgets the keys: what they revoked is active again. Unknown keys are ignored.
   *
   * @param note - As that of `record`.
   */
  forget(keys: readonly Key[], note?: AuditNote): Promise<void>

  /**
   * Merges the settings of one service into those that the store keeps with `mergeSettings`,
   * atomically. Resolves, when stored, to what all services have agreed on and the clock of the
   * store. Settings are kept as long as the store keeps marks.
   *
   * @throws SettingsConflictError if the settings exclude each other. Then the store keeps what it
   *   kept.
   */
  agree(settings: SharedSettings): Promise<AgreedSettings>
}
