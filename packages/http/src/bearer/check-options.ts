import type { CheckOptions } from '@revoked/core'
import type { GuardOptions } from './guard-options.ts'

/**
 * Returns the function that makes the options of a check out of the `failPolicy` and the `mode` of
 * a guard. The policy of an application that throws, rejects or returns anything but `'open'` is
 * closed.
 *
 * @throws TypeError for a wrong option.
 */
export function readCheckOptions<Request>({
  failPolicy,
  mode,
}: Pick<GuardOptions<Request>, 'failPolicy' | 'mode'>): (request: Request) => CheckOptions | undefined {
  if (mode !== undefined && mode !== 'enforce' && mode !== 'observe')
    throw new TypeError("mode must be 'enforce' or 'observe'.")
  if (typeof failPolicy === 'function')
    return (request) => ({
      mode,
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
  const same = failPolicy === undefined && mode === undefined ? undefined : { failPolicy, mode }
  return () => same
}
