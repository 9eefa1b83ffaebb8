/** A clock that only a test advances. */
export interface VirtualClock {
  /** Returns the time in ms since the epoch. */
  readonly now: () => number
  /** Moves the clock. A negative time moves it back, as real clocks may go back. */
  readonly advance: (ms: number) => void
}

/**
 * Returns a clock that starts at an instant with a fraction of a second, which reveals rounding.
 */
export function virtualClock(startMs: number = Date.UTC(2026, 0, 1, 12, 0, 0, 250)): VirtualClock {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms
    },
  }
}
