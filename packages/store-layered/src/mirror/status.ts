import type { LogStatus } from '@revoked/core/follow'
import { type Counters, type Failure, type FollowedStatus, followedStatus, newestOf } from '../status.ts'
import type { LogMirror } from './log-mirror.ts'

/**
 * The state of a mirror, for health checks and metrics.
 *
 * @example
 * ```ts
 * import type { MirroredStatus } from '@revoked/store-layered'
 *
 * const line = ({ state, marks, lastScan }: MirroredStatus): string =>
 *   `${state}, ${marks} marks, scanned in ${lastScan?.durationMs ?? 0} ms`
 * ```
 */
export interface MirroredStatus extends FollowedStatus {
  /** The state of the worst log. Keys of a log that is not `live` are not answered locally. */
  readonly state: MirrorState
  /** The number of marks in memory. While a scan replaces a copy, the larger one counts. */
  readonly marks: number
  /** The scans that run, together. `undefined` if there are none. */
  readonly scan: ScanProgress | undefined
  /** The last completed scans of all logs, together. `undefined` until all have been scanned. */
  readonly lastScan: ScanProgress | undefined
  /**
   * The newest failure of a scan, of the local store, of a read or of a subscription. It stays
   * after the recovery.
   */
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
 *
 * @example
 * ```ts
 * import type { MirrorState } from '@revoked/store-layered'
 *
 * const advice: Record<MirrorState, string> = {
 *   live: 'Every check is answered locally.',
 *   stale: 'The log was not confirmed for longer than maxStaleness.',
 *   scanning: 'The copy is being filled. Checks ask the remote.',
 *   overflowed: 'Raise maxMarks: checks ask the remote.',
 *   closed: 'The store was closed.',
 * }
 * ```
 */
export type MirrorState = 'live' | 'stale' | 'scanning' | 'overflowed' | 'closed'

/**
 * The progress of a scan.
 *
 * @example
 * ```ts
 * import type { MirroredStatus, ScanProgress } from '@revoked/store-layered'
 *
 * const rate = ({ marks, durationMs }: ScanProgress): number => (1_000 * marks) / durationMs
 * const marksPerSecond = (status: MirroredStatus): number => rate(status.lastScan ?? { marks: 0, durationMs: 1 })
 * ```
 */
export interface ScanProgress {
  /** The number of marks that were read. */
  readonly marks: number
  /** The time that it takes, in ms, of the log that takes longest. */
  readonly durationMs: number
}

/** Options for {@link mirroredStatus}. */
export interface MirroredStatusOptions {
  readonly mirrors: readonly LogMirror[]
  readonly logs: readonly LogStatus[]
  readonly counters: Counters
  readonly isClosed: boolean
  /** The last failure of a scan or of the local store. */
  readonly lastFailure: Failure | undefined
}

const fromBestToWorst: readonly MirrorState[] = ['live', 'stale', 'scanning', 'overflowed', 'closed']

/** Returns the status of a mirror. */
export function mirroredStatus(options: MirroredStatusOptions): MirroredStatus {
  const { mirrors, logs, counters, isClosed, lastFailure } = options
  const ranks = mirrors.map((mirror, log) => fromBestToWorst.indexOf(stateOf(mirror, logs[log]?.state === 'live')))
  const followed = followedStatus(logs, counters)
  return {
    state: isClosed ? 'closed' : (fromBestToWorst[Math.max(...ranks)] ?? 'closed'),
    marks: totalSize(mirrors),
    ...followed,
    scan: runningScans(mirrors),
    lastScan: completedScans(mirrors),
    ...newestOf([...failureOf(followed), ...(lastFailure === undefined ? [] : [lastFailure])]),
  }
}

function failureOf({ lastFailure, lastFailureAt }: FollowedStatus): readonly Failure[] {
  return lastFailure === undefined || lastFailureAt === undefined ? [] : [{ error: lastFailure, at: lastFailureAt }]
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
