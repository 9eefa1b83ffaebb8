import type { LogState, LogStatus } from '@revoked/core/follow'

/**
 * What the status of each store says that follows a remote.
 *
 * @example
 * ```ts
 * import type { FollowedStatus } from '@revoked/store-layered'
 *
 * const warn = ({ isSubscribed, lastFailure }: FollowedStatus): void => {
 *   if (!isSubscribed) console.warn('Revocations are seen by the next read, and not at once.', lastFailure?.message)
 * }
 * ```
 */
export interface FollowedStatus {
  /**
   * The time since the read that confirmed the log last, in ms, of the log with the longest time.
   * `undefined` until every log was read.
   */
  readonly sinceConfirmedMs: number | undefined
  /**
   * The share of looked-up keys that were answered locally since the start, from 0 to 1.
   * `undefined` before the first look-up.
   */
  readonly localShare: number | undefined
  /** The number of keys that were answered locally since the start. */
  readonly localKeys: number
  /** The number of keys that were looked up on the remote since the start. */
  readonly remoteKeys: number
  /** The number of pushes that did not follow what was known. Each one causes a read. */
  readonly gaps: number
  /**
   * The number of regular reads that found changes which no push had delivered: it was late, or
   * lost.
   */
  readonly latePushes: number
  /**
   * The number of times since the start that everything was learned anew, because the log did not
   * reach back to what was known.
   */
  readonly resets: number
  /** Whether pushes arrive for every log. Without them, revocations are seen by the next read. */
  readonly isSubscribed: boolean
  /** The number of messages that were ignored because they do not belong to the log. */
  readonly ignoredMessages: number
  /** The newest failure of a read or of a subscription. It stays after the recovery. */
  readonly lastFailure: Error | undefined
  /** When that failure was noticed, in ms since the epoch. */
  readonly lastFailureAt: number | undefined
}

/** A failure, and when it was noticed, in ms since the epoch. */
export interface Failure {
  readonly error: Error
  readonly at: number
}

/**
 * The state of a layered store, for health checks and metrics.
 *
 * @example
 * ```ts
 * import type { LayeredStatus } from '@revoked/store-layered'
 *
 * const line = ({ state, localShare = 0, entries }: LayeredStatus): string =>
 *   `${state}, ${Math.round(100 * localShare)} % answered locally, ${Object.values(entries).reduce((a, b) => a + b, 0)} entries`
 * ```
 */
export interface LayeredStatus extends FollowedStatus {
  /** The state of the worst log. Keys of a log that is not `live` are not answered locally. */
  readonly state: LogState
  /** The number of entries of the local cache by scope. */
  readonly entries: Readonly<Record<string, number>>
}

/** Counters of a store. */
export interface Counters {
  localKeys: number
  remoteKeys: number
  resets: number
}

const fromBestToWorst: readonly LogState[] = ['live', 'idle', 'stale', 'starting', 'closed']

/** Returns the status of a layered store. */
export function layeredStatus(
  logs: readonly LogStatus[],
  counters: Counters,
  entries: Readonly<Record<string, number>>,
): LayeredStatus {
  const ranks = logs.map(({ state }) => fromBestToWorst.indexOf(state))
  return {
    state: fromBestToWorst[Math.max(...ranks)] ?? 'starting',
    ...followedStatus(logs, counters),
    entries,
  }
}

/** Returns what the status of each store says that follows a remote. */
export function followedStatus(
  logs: readonly LogStatus[],
  { localKeys, remoteKeys, resets }: Counters,
): FollowedStatus {
  const sinceConfirmedMs =
    performance.now() - Math.min(...logs.map(({ confirmedAt }) => confirmedAt?.monotonic ?? -Infinity))
  const keys = localKeys + remoteKeys
  return {
    sinceConfirmedMs: Number.isFinite(sinceConfirmedMs) ? sinceConfirmedMs : undefined,
    localShare: keys === 0 ? undefined : localKeys / keys,
    localKeys,
    remoteKeys,
    gaps: sum(logs.map(({ gaps }) => gaps)),
    latePushes: sum(logs.map(({ latePushes }) => latePushes)),
    resets,
    isSubscribed: logs.every(({ subscription }) => subscription.isOpen),
    ignoredMessages: sum(logs.map(({ subscription }) => subscription.ignoredMessages)),
    ...newestOf(logs.flatMap(failuresOf)),
  }
}

/** Returns the newest failure, as the members of a status. */
export function newestOf(failures: readonly Failure[]): Pick<FollowedStatus, 'lastFailure' | 'lastFailureAt'> {
  let newest: Failure | undefined
  for (const failure of failures) if (newest === undefined || failure.at > newest.at) newest = failure
  return { lastFailure: newest?.error, lastFailureAt: newest?.at }
}

function failuresOf({ lastFailure, lastFailureAt, subscription, subscriptionFailedAt }: LogStatus): readonly Failure[] {
  return [
    { error: lastFailure, at: lastFailureAt },
    { error: subscription.lastFailure, at: subscriptionFailedAt },
  ].filter((failure): failure is Failure => failure.error !== undefined && failure.at !== undefined)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
