import { afterTurn } from './next-turn.ts'

// Every JavaScript runtime has these two, and the library of the language declares neither.
declare function setTimeout(callback: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

/**
 * Settles as the work does, or rejects once the deadline has passed. An answer that has arrived by
 * then still counts, even if the event loop was blocked and delivers it late: the rejection waits
 * for one turn of the event loop. The work goes on after the deadline, and its outcome is ignored.
 *
 * @example
 * ```ts
 * import { withDeadline } from '@revoked/core'
 *
 * const response = await withDeadline(fetch('https://login.example/jwks'), 2_000)
 * ```
 *
 * @param late - Returns the error at the deadline. Default: an `Error` that says how long it was.
 */
export function withDeadline<T>(work: T | PromiseLike<T>, deadlineMs: number, late?: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const rejectLate = (): void => reject(late === undefined ? noAnswer(deadlineMs) : late())
    const timer = setTimeout(() => afterTurn(rejectLate), deadlineMs)
    Promise.resolve(work).then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

function noAnswer(deadlineMs: number): Error {
  return new Error(`No answer within ${deadlineMs} ms.`)
}
