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

/**
 * Returns a deadline in ms.
 *
 * @throws TypeError or RangeError if it is no positive duration.
 */
export function readTimeout(timeout: Duration): number {
  const ms = durationToMs(timeout, 'timeout')
  if (ms <= 0) throw new RangeError('timeout must be positive.')
  return ms
}
