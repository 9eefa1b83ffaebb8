import type { Random } from './random.ts'
import type { VirtualHost } from './virtual-host.ts'

/**
 * Faults of one clock at a time. Between faults of different clocks, both are right for at least
 * `maxStaleness`.
 */
export interface ClockFaults {
  readonly stepWall: () => void
  readonly sleep: () => void
  /** Must be called as time passes. */
  readonly settle: () => void
}

/** Returns clock faults with both clocks running. */
export function createClockFaults(host: VirtualHost, random: Random, maxStalenessMs: number): ClockFaults {
  let steppedAt = -Infinity
  let awakeFrom = -Infinity
  let isAsleep = false

  return {
    stepWall: () => {
      if (isAsleep || host.now() < awakeFrom + maxStalenessMs) return
      steppedAt = host.now()
      host.stepWall((random.next() - 0.5) * maxStalenessMs * random.pick([1, 4, 1_000]))
    },
    sleep: () => {
      if (isAsleep || host.now() < steppedAt + maxStalenessMs) return
      isAsleep = true
      awakeFrom = host.now() + random.below(4 * maxStalenessMs)
      host.holdMonotonic(true)
    },
    settle: () => {
      if (!isAsleep || host.now() < awakeFrom) return
      isAsleep = false
      // This is later than planned if the event loop was blocked.
      awakeFrom = host.now()
      host.holdMonotonic(false)
    },
  }
}
