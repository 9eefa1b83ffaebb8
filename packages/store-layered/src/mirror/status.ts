import type { Clock, Following } from '@revoked/core/follow'
import type { LogMirror } from './log-mirror.ts'
import type { MirrorCounters } from './lookup.ts'

/** The state of a mirror, for health checks and metrics. */
export interface MirroredStatus {
  /** The state of the worst log. Keys of a log that is not `live` are not answered locally. */
  readonly state: MirrorState
  /** The number of marks in memory. While a scan replaces a copy, the larger one counts. */
  readonly marks: number
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
  /** The scans that run, together. `undefined` if there are none. */
  readonly scan: ScanProgress | undefined
  /** The last completed scans of all logs, together. `undefined` until all have been scanned. */
  readonly lastScan: ScanProgress | undefined
  /** The number of pushes that did not follow what was known. */
  readonly gaps: number
  /** The number of times that the mirror had to begin again, the start included. */
  readonly resets: number
  /** The last failure of a scan, of a read, or of the local store. It stays after a recovery. */
  readonly lastFailure: Error | undefined
}

/**
 * The state of a mirror, from the best to the worst.
 *
 * - `live`: all checks are answered locally.
 * - `stale`: the log was not confirmed for longer than `maxStaleness`.
 * - `scanning`: there is no complete copy of the remote yet.
 * - `overflowed`: the remote has more marks than `maxMarks`, or than the local store holds. The
 *   next attempt follows within an hour.
 * - `closed`: the mirror was closed.
 *
 * The remote is asked in all states but the first.
 */
export type MirrorState = 'live' | 'stale' | 'scanning' | 'overflowed' | 'closed'

/** The progress of a scan. */
export interface ScanProgress {
  /** The number of marks that were read. */
  readonly marks: number
  /** The time that it takes, in ms, of the log that takes longest. */
  readonly durationMs: number
}

/** Options for {@link mirroredStatus}. */
export interface MirroredStatusOptions {
  readonly mirrors: readonly LogMirror[]
  readonly following: Following
  readonly counters: MirrorCounters
  readonly clock: Clock
  readonly resets: number
  readonly isClosed: boolean
  readonly lastFailure: Error | undefined
}

const fromBestToWorst: readonly MirrorState[] = ['live', 'stale', 'scanning', 'overflowed', 'closed']

/** Returns the status of a mirror. */
export function mirroredStatus(options: MirroredStatusOptions): MirroredStatus {
  const { mirrors, following, counters, clock, resets, isClosed, lastFailure } = options
  const logs = following.status()
  const ranks = mirrors.map((mirror, log) => fromBestToWorst.indexOf(stateOf(mirror, logs[log]?.state === 'live')))
  const confirmedAt = logs.map((log) => log.confirmedAt?.monotonic ?? -Infinity)
  const sinceConfirmedMs = clock.monotonic() - Math.min(...confirmedAt)
  const keys = counters.localKeys + counters.remoteKeys
  return {
    state: isClosed ? 'closed' : (fromBestToWorst[Math.max(...ranks)] ?? 'closed'),
    marks: totalSize(mirrors),
    sinceConfirmedMs: Number.isFinite(sinceConfirmedMs) ? sinceConfirmedMs : undefined,
    localShare: keys === 0 ? undefined : counters.localKeys / keys,
    scan: runningScans(mirrors),
    lastScan: completedScans(mirrors),
    gaps: logs.reduce((gaps, log) => gaps + log.gaps, 0),
    resets,
    lastFailure: lastFailure ?? logs.find((log) => log.lastFailure !== undefined)?.lastFailure,
  }
}

/** Returns the number of marks in all copies. */
export function totalSize(mirrors: readonly LogMirror[]): number {
  let size = 0
  for (const mirror of mirrors) size += mirror.size()
  return size
}

function stateOf(mirror: LogMirror, isConfirmed: boolean): MirrorState {
  if (mirror.isOverflowed()) return 'overflowed'
  if (mirror.serving() === undefined) return 'scanning'
  return isConfirmed ? 'live' : 'stale'
}

function runningScans(mirrors: readonly LogMirror[]): ScanProgress | undefined {
  const scans = mirrors.flatMap((mirror) => mirror.scan() ?? [])
  return together(scans.map((scan) => ({ marks: scan.marks(), durationMs: scan.durationMs() })))
}

function completedScans(mirrors: readonly LogMirror[]): ScanProgress | undefined {
  const scans = mirrors.flatMap((mirror) => mirror.lastScan() ?? [])
  return scans.length < mirrors.length ? undefined : together(scans)
}

function together(scans: readonly ScanProgress[]): ScanProgress | undefined {
  if (scans.length === 0) return undefined
  return {
    marks: scans.reduce((marks, scan) => marks + scan.marks, 0),
    durationMs: Math.max(...scans.map(({ durationMs }) => durationMs)),
  }
}
