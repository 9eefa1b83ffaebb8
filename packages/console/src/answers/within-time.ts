import { withDeadline } from '@revoked/core'
import { RequestError } from './request-error.ts'

/** How long a function of the application may take, in ms. */
const longestMs = 10_000

/**
 * Asks the application something that the answer to a request needs.
 *
 * @param what - What is asked, as in "find out in time".
 * @throws RequestError (503) if it does not say in time, and what the application throws.
 */
export async function withinTime<T>(ask: () => T | Promise<T>, what: string): Promise<T> {
  const late = (): Error =>
    new RequestError(503, 'unavailable', `The server could not find out in time ${what}: try again.`)
  const asking = (async () => await ask())()
  return await withDeadline(asking, longestMs, late)
}
