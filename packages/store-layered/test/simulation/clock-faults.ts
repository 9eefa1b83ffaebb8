import type { Random } from './random.ts'
import type { VirtualHost } from './virtual-host.ts'

/**
 * Faults of one clock at a time: at least `maxStaleness` passes in which neither of them is wrong
 * before the other one is.
 */
export interface ClockFaults {
  readonly stepWall: () => void
  readonly sleep: () => void
  /** To be called as time passes. */
  readonly settle: () => void
}

/** Both clocks run. */
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
      // Later than it should have been, where the event loop was blocked.
      awakeFrom = host.now()
      host.holdMonotonic(false)
    },
  }
}
