import type { LogStatus } from '../follow/follow-store.ts'

/**
 * Says whether what is known of the logs is recent enough. All instants are those of the monotonic
 * clock, in ms: while a machine sleeps, nothing is due.
 */
export interface Freshness {
  /** Must be called when the logs begin to be followed. */
  readonly start: (now: number) => void
  /** Must be called regularly, with the state of the logs. */
  readonly update: (now: number, logs: readonly LogStatus[]) => void
  /** Returns when these logs were confirmed: the earliest of the instants. */
  readonly confirmedAt: (logs: readonly number[]) => number
  /** Returns true if that instant is longer ago than is permitted. */
  readonly isOver: (instant: number) => boolean
  /** Returns true if all logs were confirmed recently enough. */
  readonly areLogsFresh: () => boolean
  /** Returns why one of these logs could not be read, if it could not. */
  readonly failureOf: (logs: readonly number[]) => Error | undefined
  /**
   * Returns true if nothing must end yet because of its age: the event loop was blocked, and there
   * was no time to read since.
   */
  readonly isForgiving: () => boolean
  /** Notes that everything which must be fresh is. */
  readonly recovered: () => void
}

/**
 * The time between two updates after which the event loop counts as having been blocked, as a share
 * of the bound. After a shorter pause, the read before it is recent enough: the logs are read every
 * 0.28 of the bound.
 */
const blockedShare = 0.25

/**
 * Returns the freshness of logs that must be confirmed once in `maxStalenessMs`. After the event
 * loop was blocked, there is as much time again, but only once until everything has recovered.
 */
export function createFreshness(maxStalenessMs: number): Freshness {
  let startedAt = 0
  let now = 0
  let logs: readonly LogStatus[] = []
  let forgivesUntil = -Infinity
  let hasRecovered = true

  function isOver(instant: number): boolean {
    return now - instant >= maxStalenessMs
  }

  function confirmedAt(indexes: readonly number[]): number {
    return Math.min(...indexes.map((log) => logs[log]?.confirmedAt?.monotonic ?? startedAt))
  }

  return {
    start: (instant) => {
      startedAt = instant
      now = instant
      logs = []
      forgivesUntil = -Infinity
      hasRecovered = true
    },
    update: (instant, status) => {
      if (instant - now >= maxStalenessMs * blockedShare && hasRecovered) {
        hasRecovered = false
        forgivesUntil = instant + maxStalenessMs
      }
      now = instant
      logs = status
    },
    confirmedAt,
    isOver,
    areLogsFresh: () => logs.every((_, log) => !isOver(confirmedAt([log]))),
    failureOf: (indexes) => indexes.map((log) => logs[log]?.lastFailure).find((failure) => failure !== undefined),
    isForgiving: () => now < forgivesUntil,
    recovered: () => {
      hasRecovered = true
    },
  }
}
