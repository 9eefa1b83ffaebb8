import type { LocalCache } from './cache/local-cache.ts'
import type { LogState, LogView } from './follow/log-view.ts'

/** The state of a layered store, for health checks and metrics. */
export interface LayeredStatus {
  /** The state of the worst log. Keys of a log that is not `live` are not answered locally. */
  readonly state: LogState
  /**
   * The time since the last confirmed position, in ms, of the log with the longest time.
   * `undefined` until every log has a confirmed position.
   */
  readonly sinceConfirmedMs: number | undefined
  /**
   * The share of looked-up keys that were answered locally since the start, from 0 to 1.
   * `undefined` before the first look-up.
   */
  readonly localShare: number | undefined
  /**
   * The number of times that a change was found to be missing. Lost connections are not counted.
   */
  readonly gaps: number
  /**
   * The number of times that the local cache was invalidated: at the start, after each gap, and
   * after each lost connection.
   */
  readonly resynchronisations: number
  /** The number of entries of the local cache by scope. */
  readonly entries: Readonly<Record<string, number>>
}

/** Counters of a store. */
export interface Counters {
  localKeys: number
  remoteKeys: number
  gaps: number
  resynchronisations: number
}

const fromBestToWorst: readonly LogState[] = ['live', 'suspect', 'subscribed', 'down']

/** Returns the status of a store. */
export function statusOf(views: readonly LogView[], counters: Counters, cache: LocalCache): LayeredStatus {
  const ranks = views.map((view) => fromBestToWorst.indexOf(view.state()))
  const confirmedAt = views.map((view) => view.confirmedAt() ?? -Infinity)
  const sinceConfirmedMs = performance.now() - Math.min(...confirmedAt)
  const keys = counters.localKeys + counters.remoteKeys
  return {
    state: fromBestToWorst[Math.max(...ranks)] ?? 'down',
    sinceConfirmedMs: Number.isFinite(sinceConfirmedMs) ? sinceConfirmedMs : undefined,
    localShare: keys === 0 ? undefined : counters.localKeys / keys,
    gaps: counters.gaps,
    resynchronisations: counters.resynchronisations,
    entries: cache.sizes(),
  }
}
