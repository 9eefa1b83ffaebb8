import type { LogEntry } from '@revoked/core'
import type { LocalCopy } from './local-copy.ts'
import type { Scan } from './scan.ts'

/** A mirror of one log: the copy that answers, and the scan that will replace it. */
export interface LogMirror {
  /** Returns the copy that may answer, as long as the lease of the log holds. */
  readonly serving: () => LocalCopy | undefined
  /** Returns the last copy, which may be out of date. */
  readonly lastKnown: () => LocalCopy | undefined
  /** Returns the scan that runs. */
  readonly scan: () => Scan | undefined
  /** Returns the result of the last scan that was completed. */
  readonly lastScan: () => ScanResult | undefined
  /** Returns true if the remote has more marks than the mirror may hold. */
  readonly isOverflowed: () => boolean
  /** Returns the number of marks in memory, those of a scan included. */
  readonly size: () => number
  /** Applies an entry of the log. */
  readonly apply: (entry: LogEntry) => void
  /** Begins again: entries were missed, or the copy is incomplete. It does not answer any more. */
  readonly reset: () => void
  /** Scans again, while the copy goes on answering. */
  readonly renew: () => void
  /** Notes that the log was read to its end, by a read that was sent at this monotonic instant. */
  readonly confirmed: (sentAt: number) => void
  /** Drops everything, until the next reset or renewal. */
  readonly overflow: () => void
  /** Drops everything for good. */
  readonly close: () => void
}

/** The result of a scan. */
interface ScanResult {
  readonly marks: number
  readonly durationMs: number
}

/** The shortest and the longest time before a scan is repeated, in ms. */
const minDelayMs = 100
const maxDelayMs = 30_000

/**
 * Returns a mirror that has no copy yet.
 *
 * A copy answers once its scan has ended and a read that was sent after that was complete. The read
 * shows that the scan lay within one history of the log: otherwise it would be a reset, which
 * discards the scan. All entries since the beginning of the scan have been applied by then.
 *
 * @param startScan Starts a scan after this time in ms.
 */
export function createLogMirror(startScan: (delayMs: number) => Scan): LogMirror {
  let copy: LocalCopy | undefined
  let isComplete = false
  let scan: Scan | undefined
  let lastScan: ScanResult | undefined
  let isOverflowed = false
  let isClosed = false
  let attempts = 0

  function begin(): void {
    scan?.close()
    scan = undefined
    if (isClosed) return
    isOverflowed = false
    scan = startScan(delayOf(attempts++))
  }

  function drop(): void {
    scan?.close()
    scan = undefined
    copy = undefined
    isComplete = false
  }

  return {
    serving: () => (isComplete && copy?.isSettled() === true ? copy : undefined),
    lastKnown: () => copy,
    scan: () => scan,
    lastScan: () => lastScan,
    isOverflowed: () => isOverflowed,
    size: () => Math.max(copy?.size() ?? 0, scan?.copy()?.size() ?? 0),
    apply: (entry) => {
      copy?.apply(entry)
      scan?.copy()?.apply(entry)
    },
    reset: () => {
      isComplete = false
      begin()
    },
    renew: () => {
      if (scan === undefined) begin()
    },
    confirmed: (sentAt) => {
      const endedAt = scan?.endedAt()
      // The instants are equal if the clock has not advanced. The read may be the older one then.
      if (scan === undefined || endedAt === undefined || sentAt <= endedAt) return
      copy = scan.copy()
      isComplete = true
      // The scan is not kept, because it references its copy.
      lastScan = { marks: scan.marks(), durationMs: scan.durationMs() }
      scan = undefined
      attempts = 0
    },
    overflow: () => {
      drop()
      isOverflowed = true
    },
    close: () => {
      isClosed = true
      drop()
    },
  }
}

/**
 * Returns the time before an attempt. It grows with the attempts, and differs between instances.
 */
function delayOf(attempts: number): number {
  if (attempts === 0) return 0
  return Math.min(minDelayMs * 2 ** (attempts - 1), maxDelayMs) * (0.5 + Math.random() / 2)
}
