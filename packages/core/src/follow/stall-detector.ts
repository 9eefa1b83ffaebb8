/** A detector of subscriptions that deliver nothing, although entries are appended. */
export interface StallDetector {
  /** Notes that a regular read found entries, which a push should have delivered before. */
  readonly missed: (monotonic: number) => void
  /** Notes that a push arrived. */
  readonly pushed: () => void
  /** Returns true if the subscription must be replaced now. */
  readonly isStalled: (monotonic: number) => boolean
}

/** The longest time between two replacements, in times of the first. */
const maxBackoff = 16

/**
 * Returns a detector. A subscription counts as stalled if no push arrives for `patienceMs` after a
 * read has found what was not pushed. Each replacement without success doubles this time.
 */
export function createStallDetector(patienceMs: number): StallDetector {
  let missedAt: number | undefined
  let backoff = 1
  return {
    missed: (monotonic) => {
      missedAt ??= monotonic
    },
    pushed: () => {
      missedAt = undefined
      backoff = 1
    },
    isStalled: (monotonic) => {
      if (missedAt === undefined || monotonic - missedAt < patienceMs * backoff) return false
      missedAt = undefined
      backoff = Math.min(backoff * 2, maxBackoff)
      return true
    },
  }
}
