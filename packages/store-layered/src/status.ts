import type { LocalCache } from './cache/local-cache.ts'
import type { LogState, LogView } from './follow/log-view.ts'

/** How a layered store is doing, for health checks and metrics. */
export interface LayeredStatus {
  /**
   * Of the log that is worst off. Nothing is answered locally for keys of a log that is not `live`.
   */
  readonly state: LogState
  /**
   * Ms since a position was confirmed last, of the log where it is longest ago. `undefined`: not of
   * every log yet.
   */
  readonly sinceConfirmedMs: number | undefined
  /**
   * Keys that were looked up and answered locally, of all, since the start: 0 to 1. `undefined`:
   * none was looked up.
   */
  readonly localShare: number | undefined
  /** How often a change was found to be missing. Lost connections are not counted. */
  readonly gaps: number
  /**
   * How often the local cache began anew: at the start, after each gap, and after each lost
   * connection.
   */
  readonly resynchronisations: number
  /** Entries of the local cache, by scope. */
  readonly entries: Readonly<Record<string, number>>
}

/** What is counted while it runs. */
export interface Counters {
  localKeys: number
  remoteKeys: number
  gaps: number
  resynchronisations: number
}

const fromBestToWorst: readonly LogState[] = ['live', 'suspect', 'subscribed', 'down']

/** What to tell of the views. */
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
