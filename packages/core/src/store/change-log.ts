import type { Mark } from './mark.ts'
import type { Key, KeyedMark, RevocationStore } from './store.ts'

/**
 * A store whose change log can be read: by caches, by mirrors, and by code that must end live
 * connections. Each sentence here is a case of `@revoked/conformance`.
 *
 * - Reads alone are correct. A push only makes a follower faster: nothing may depend on it.
 * - Each mark that is written and each key that is forgotten is one entry. It is appended in the
 *   same atomic step: the log is neither behind the store nor ahead of it. A `record` or `forget`
 *   that changes nothing appends nothing, and neither does the expiry of a mark. If a batch names a
 *   key twice, its marks may be merged into one entry.
 * - All handles on one store have the same logs.
 * - A log holds at least the last 10,000 entries, unless an option of the store says otherwise.
 *
 * @example
 * ```ts
 * import type { FollowableStore } from '@revoked/core'
 *
 * // Counts the live marks of a store.
 * async function countMarks(store: FollowableStore): Promise<number> {
 *   let count = 0
 *   for (let log = 0; log < store.logs; log++) for await (const marks of store.scan(log)) count += marks.length
 *   return count
 * }
 * ```
 */
export interface FollowableStore extends RevocationStore {
  /** The number of logs: 1, unless the store is partitioned. */
  readonly logs: number

  /** Returns the log, from 0, that has the changes of this key. No other log has them. */
  logOf(key: Key): number

  /**
   * Reads what follows a position, on the primary: in order, without a hole, at most one page of
   * 1,000 entries. Without a position, it returns the end of the log as a {@link LogReset}. The log
   * can be read on from there, even if it is empty.
   *
   * Every change that was acknowledged before the call is in the pages that this read and its
   * continuations return, or not above `after`. A read is refused whenever a write would be
   * refused because the server is not the primary, or not any more.
   *
   * @throws RangeError (rejects) for a log that does not exist.
   */
  read(log: number, after?: LogPosition): Promise<LogRead>

  /**
   * Pushes entries, or a bare wake-up, as they happen. Best effort: a push may be lost, late,
   * repeated or out of order. A store without a push may call `wake` at intervals. The listener is
   * not called before this call has returned.
   *
   * @throws RangeError for a log that does not exist.
   */
  subscribe(log: number, listener: LogListener): LogSubscription

  /**
   * Yields every live mark of a log, in batches of at most 1,000. Of a key that is recorded or
   * forgotten meanwhile, the mark before or after the change may be among them, or none. A mark may
   * be yielded twice.
   *
   * @throws RangeError (rejects) for a log that does not exist.
   */
  scan(log: number): AsyncIterable<readonly KeyedMark[]>

  /**
   * Returns the key as the log and `scan` name it: the key itself, or with its value hashed. It is
   * the same for the same key in every process, and another one for any other key.
   *
   * Core names the ids inside marks in the same way: of exempt sessions and tokens, and of tokens
   * that spent a generation of their family.
   */
  logKey(key: Key): Key
}

/**
 * A position in a change log. Equal positions mean identical logs up to there.
 *
 * @example
 * ```ts
 * import type { LogPosition } from '@revoked/core'
 *
 * const isSamePlace = (a: LogPosition, b: LogPosition): boolean =>
 *   a.epoch === b.epoch && a.sequence === b.sequence && a.tip === b.tip
 * ```
 */
export interface LogPosition {
  /** A random name, which is new whenever the log begins again. */
  readonly epoch: string
  /** The number of entries since the epoch began. */
  readonly sequence: number
  /** A name of the last entry, which differs from that of the entry before. */
  readonly tip: string
}

/**
 * An entry of a change log: what one key holds from this position on.
 *
 * @example
 * ```ts
 * import type { LogEntry } from '@revoked/core'
 *
 * const describe = ({ key, mark }: LogEntry): string =>
 *   mark === undefined ? `${key.scope} was reinstated` : `${key.scope} was revoked: ${mark.reason ?? 'no reason'}`
 * ```
 */
export interface LogEntry {
  /** The position after this entry. */
  readonly position: LogPosition
  /** The `tip` of the position before this entry. */
  readonly previousTip: string
  /** The key, as {@link FollowableStore.logKey} returns it. */
  readonly key: Key
  /** The mark of the key after the merge, or `undefined` if the key was forgotten. */
  readonly mark: Mark | undefined
}

/**
 * The result of a read.
 *
 * @example
 * ```ts
 * import type { LogRead } from '@revoked/core'
 *
 * const describe = (answer: LogRead): string =>
 *   answer.reset ? 'Everything must be learned anew.' : `${answer.entries.length} changes`
 * ```
 */
export type LogRead = LogPage | LogReset

/**
 * The entries that follow the position of the caller.
 *
 * @example
 * ```ts
 * import type { Key, LogPage } from '@revoked/core'
 *
 * const mustReadOn = ({ complete }: LogPage): boolean => !complete
 * const keysIn = ({ entries }: LogPage): readonly Key[] => entries.map(({ key }) => key)
 * ```
 */
export interface LogPage {
  readonly reset: false
  readonly entries: readonly LogEntry[]
  /** The end of the log. */
  readonly position: LogPosition
  /**
   * Whether the entries reach to the end. If not, there is at least one, and the caller reads again
   * at once.
   */
  readonly complete: boolean
}

/**
 * The store cannot return what follows the position of the caller: the log began again, never had
 * that position, or no longer reaches back to it.
 *
 * @example
 * ```ts
 * import type { LogPosition, LogReset } from '@revoked/core'
 *
 * // The `read` of a store of your own, from a position that it does not know.
 * const startAt = (position: LogPosition): LogReset => ({ reset: true, position })
 * ```
 */
export interface LogReset {
  readonly reset: true
  /** The end of the log. */
  readonly position: LogPosition
}

/**
 * Callbacks for pushes. They must not throw.
 *
 * @example
 * ```ts
 * import type { LogListener } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const listener = (readSoon: () => void): LogListener => ({ entries: readSoon, wake: readSoon })
 * const subscription = memoryStore().subscribe(0, listener(() => console.log('Something was revoked.')))
 * ```
 */
export interface LogListener {
  /** Called with entries as `read` returns them, in order. */
  entries(entries: readonly LogEntry[]): void
  /** Called when there may be entries to read. */
  wake(): void
}

/**
 * A subscription to the pushes of one log.
 *
 * @example
 * ```ts
 * import type { LogSubscription } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const subscription: LogSubscription = memoryStore().subscribe(0, { entries: () => {}, wake: () => {} })
 * subscription.close()
 * ```
 */
export interface LogSubscription {
  /** Replaces the connection of the subscription, if it has one and is not closed. */
  restart(): void
  /** Ends the subscription for good. The listener is not called any more. */
  close(): void
  /** Returns the state of the subscription, for health checks. */
  status(): LogSubscriptionStatus
}

/**
 * The state of a subscription.
 *
 * @example
 * ```ts
 * import type { LogSubscriptionStatus } from '@revoked/core'
 *
 * const warn = ({ isOpen, lastFailure }: LogSubscriptionStatus): void => {
 *   if (!isOpen) console.warn('Revocations arrive by the next read, and not at once:', lastFailure?.message)
 * }
 * ```
 */
export interface LogSubscriptionStatus {
  /** Whether pushes arrive, as far as the store knows. */
  readonly isOpen: boolean
  /** The last failure. It stays when the subscription is open again. */
  readonly lastFailure: Error | undefined
  /** The number of messages that were ignored because they do not belong to the log. */
  readonly ignoredMessages: number
}
