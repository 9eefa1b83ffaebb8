/** A clock that stands still until it is told to go on. */
export interface VirtualClock {
  /** Ms since the epoch. */
  readonly now: () => number
  /** Moves the clock. Backwards too: clocks do that. */
  readonly advance: (ms: number) => void
}

/** A clock that starts at an instant with a fraction of a second, so that rounding shows. */
export function virtualClock(startMs: number = Date.UTC(2026, 0, 1, 12, 0, 0, 250)): VirtualClock {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms
    },
  }
}
