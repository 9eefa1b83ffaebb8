import type { Moment } from './clock.ts'

/** A lease during which what is known of a log may be served. */
export interface Lease {
  /**
   * Grants the lease from that instant for the permitted staleness. An instant before the last one
   * changes nothing.
   */
  readonly grant: (from: Moment) => void
  readonly holds: (monotonic: number, wall: number) => boolean
}

/** Returns a lease that has not been granted. */
export function createLease(maxStalenessMs: number): Lease {
  let untilMonotonic = -Infinity
  let untilWall = -Infinity
  return {
    grant: ({ monotonic, wall }) => {
      if (monotonic + maxStalenessMs < untilMonotonic) return
      // Both ends come from one instant. If the wall clock was set back, an end from before would
      // have no effect for a while.
      untilMonotonic = monotonic + maxStalenessMs
      untilWall = wall + maxStalenessMs
    },
    // Either clock ends the lease, because the other may stop or be set back.
    holds: (monotonic, wall) => monotonic < untilMonotonic && wall < untilWall,
  }
}
