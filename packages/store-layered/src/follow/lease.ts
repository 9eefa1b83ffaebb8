import type { Clock } from './clock.ts'

/** A moment, on both clocks. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

/** For how long local knowledge may be served. */
export interface Lease {
  /**
   * From that moment on, for as long as staleness is allowed. A moment before the last one changes
   * nothing.
   */
  readonly grant: (from: Moment) => void
  readonly revoke: () => void
  readonly holds: (monotonic: number, wall: number) => boolean
}

/** Returns the current moment. */
export function momentOf({ monotonic, wall }: Clock): Moment {
  return { monotonic: monotonic(), wall: wall() }
}

/** A lease that has not been granted. */
export function createLease(maxStalenessMs: number): Lease {
  let untilMonotonic = -Infinity
  let untilWall = -Infinity
  return {
    grant: ({ monotonic, wall }) => {
      if (monotonic + maxStalenessMs < untilMonotonic) return
      // Both ends of one moment: where the wall clock was set back, an end from before would guard
      // nothing for a while.
      untilMonotonic = monotonic + maxStalenessMs
      untilWall = wall + maxStalenessMs
    },
    revoke: () => {
      untilMonotonic = -Infinity
      untilWall = -Infinity
    },
    // As soon as either clock says that it is over: one of them may stand still, or be set back.
    holds: (monotonic, wall) => monotonic < untilMonotonic && wall < untilWall,
  }
}
