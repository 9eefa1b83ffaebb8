/** The one deadline of guards and endpoints. */
import { type Duration, durationToMs, RevocationUnavailableError, withDeadline } from '@revoked/core'

/**
 * Settles as the work does, or rejects with a RevocationUnavailableError at the deadline. The work
 * goes on then, and its outcome is ignored.
 */
export function beforeDeadline<T>(ms: number, work: PromiseLike<T>): Promise<T> {
  return withDeadline(work, ms, () => new RevocationUnavailableError(`There was no result within ${ms} ms.`))
}

/** Twice as long as a write of a revocation may take at most. */
const maxTimeoutMs = 600_000

/**
 * Returns a deadline in ms.
 *
 * @throws TypeError or RangeError if it is no positive duration of at most ten minutes. A timer
 * fires at once for more than 24.8 days, and a number of milliseconds would be hours.
 */
export function readTimeout(timeout: Duration): number {
  const ms = durationToMs(timeout, 'timeout')
  if (ms <= 0 || ms > maxTimeoutMs) throw new RangeError("timeout must be positive and at most '10m'.")
  return ms
}
