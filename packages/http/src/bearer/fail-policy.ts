import type { CheckOptions } from '@revoked/core'
import type { GuardOptions } from './guard-options.ts'

/**
 * Returns the function that makes the options of a check out of the `failPolicy` of a guard. The
 * policy of an application that throws, rejects or returns anything but `'open'` is closed.
 *
 * @throws TypeError for a wrong option.
 */
export function readFailPolicy<Request>({
  failPolicy,
}: Pick<GuardOptions<Request>, 'failPolicy'>): (request: Request) => CheckOptions | undefined {
  if (typeof failPolicy === 'function')
    return (request) => ({
      failPolicy: (error) => {
        const decision: unknown = failPolicy(request, error)
        // A policy cannot be asynchronous, and a rejection that nothing handles would end the
        // process.
        if (decision instanceof Promise) decision.catch(() => undefined)
        return decision === 'open' ? 'open' : 'closed'
      },
    })
  if (failPolicy !== undefined && failPolicy !== 'closed' && failPolicy !== 'open')
    throw new TypeError("failPolicy must be 'closed', 'open' or a function that returns one of them.")
  const same = failPolicy === undefined ? undefined : { failPolicy }
  return () => same
}
