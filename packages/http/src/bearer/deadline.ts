/** The one deadline of guards and endpoints. */
import { type Duration, durationToMs, RevocationUnavailableError } from '@revoked/core'

// Every JavaScript runtime has them; the language's own library does not declare them.
declare function setTimeout(callback: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

/**
 * Settles as the work does, or rejects with a RevocationUnavailableError at the deadline. The work
 * goes on then, and its outcome is ignored.
 */
export function beforeDeadline<T>(ms: number, work: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new RevocationUnavailableError(`There was no result within ${ms} ms.`)), ms)
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
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
