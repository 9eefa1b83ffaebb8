/**
 * The wall clock, as far as local copies expire marks by it. If it is set back, marks that have
 * expired by the later time live again on the remote, and the copies have dropped or skipped them.
 */
export interface ExpiryClock {
  /** Returns the time, in ms since the epoch. */
  readonly now: () => number
  /** Returns true, once, if the clock was set back since an earlier call of either function. */
  readonly wasSetBack: () => boolean
}

/**
 * The step that is ignored, in ms. Marks outlive their tokens by more, so that clocks may differ by
 * as much anyway.
 */
const ignoredMs = 1_000

/** Returns a clock that notices if this one is set back. */
export function createExpiryClock(wall: () => number): ExpiryClock {
  let latest = -Infinity

  function now(): number {
    const time = wall()
    latest = Math.max(latest, time)
    return time
  }

  return {
    now,
    wasSetBack: () => {
      const time = now()
      if (time >= latest - ignoredMs) return false
      latest = time
      return true
    },
  }
}
