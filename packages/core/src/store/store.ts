import type { AgreedSettings, SharedSettings } from '../settings/shared-settings.ts'
import type { Mark } from './mark.ts'

/**
 * What a mark is filed under. Opaque to stores, which must never let two different keys collide.
 */
export interface Key {
  /** `jti`, `sid`, `sub`, `all`, `fam` (a family of refresh tokens) or the name of a claim. */
  readonly scope: string
  /** Any string, the empty one included. */
  readonly value: string
}

/** A mark and the key that it is filed under. */
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
 */
export interface RevocationStore {
  /**
   * Merges each mark into what its key holds with `mergeMarks`, atomically per key. Resolves when
   * stored.
   *
   * @returns per mark, whether it revoked anything that was not revoked already. A mark that merely
   * lives longer or carries another reason is merged and returns `false`. Exactly one of any number
   * of concurrent identical first records returns `true`: this is the single-use primitive of the
   * library.
   * @throws MarkExpiredError if a mark has already expired by the clock of the store. It is not
   * stored, and no live mark is widened by it. The other marks of the batch may be stored or not.
   */
  record(marks: readonly KeyedMark[]): Promise<readonly boolean[]>

  /**
   * Returns the unexpired marks among `keys`, in any order. A key without a mark is absent. May
   * return synchronously: callers `await` it, and save a turn of the event loop if they need not.
   *
   * @param at - What `Date.now()` has just returned, if the caller has read it. A store that needs
   *   the time may use it, because a reading takes up to 100 ns on virtual machines.
   */
  find(keys: readonly Key[], at?: number): readonly KeyedMark[] | Promise<readonly KeyedMark[]>

  /** Forgets the keys: what they revoked is active again. Unknown keys are ignored. */
  forget(keys: readonly Key[]): Promise<void>

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

/** A place in a store's change log. Equal positions mean identical logs up to there. */
export interface FeedPosition {
  /** Random, and new whenever the log began anew. */
  readonly epoch: string
  /** Changes since the epoch began. */
  readonly sequence: number
  /** Names the last change. */
  readonly tip: string
}

/**
 * One change of a store, as its followers see it: of one key, or of several that were written
 * together.
 */
export interface FeedChange {
  /** The position once this change is applied. */
  readonly position: FeedPosition
  /** The `tip` that this change follows: if it is not yours, you missed something. */
  readonly previousTip: string
  /** Absolute values, after the merge. A key that was forgotten as well holds this. */
  readonly recorded: readonly KeyedMark[]
  readonly forgotten: readonly Key[]
}

/** What a follower is told, in order. Its callbacks must not throw. */
export interface FeedFollower {
  /** From here on, every change arrives, or `closed` is called. */
  opened(): void
  changed(change: FeedChange): void
  /** A probe of ours came back through the subscription, at this position. */
  confirmed(probe: string, position: FeedPosition): void
  /** Changes may have been missed; `opened` follows once the subscription is back. */
  closed(cause?: Error): void
}

/** One follower's subscription. */
export interface FeedConnection {
  /**
   * Writes on the primary, and comes back as `confirmed`. Rejects if it could not be written.
   */
  probe(id: string): Promise<void>
  /** Drops the subscription at once and opens a new one: `closed`, then `opened`. */
  restart(): void
  /** Ends it. The follower hears nothing more. */
  close(): Promise<void>
}

/**
 * A store that also offers its ordered log of changes, to caches and to whoever must drop live
 * connections.
 */
export interface ProbedStore extends RevocationStore {
  /** How many logs there are: 1, unless the store is partitioned. */
  readonly logs: number
  /** The log, from 0, that carries the changes of this key. */
  logOf(key: Key): number
  /**
   * Follows one log. No callback runs before this call has returned.
   *
   * @throws RangeError for a log that does not exist.
   */
  follow(log: number, follower: FeedFollower): FeedConnection
}
