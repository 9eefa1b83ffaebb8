import type { Duration, Revocation } from '@revoked/core'
import type { Admission } from './admission.ts'
import { asError } from './as-error.ts'
import { createClaimsGuard } from './claims-guard.ts'
import { beforeDeadline, readTimeout } from './deadline.ts'
import type { GuardOptions } from './guard-options.ts'
import { activeGuardOptionNames, type OptionNames } from './known-options.ts'
import { refuse } from './refuse.ts'

/**
 * Options for guards that find the claims where the application has put them.
 *
 * @example
 * ```ts
 * import type { ActiveGuardOptions } from '@revoked/http'
 *
 * // The claims are where an application has put them.
 * const options: ActiveGuardOptions<{ session: { claims: unknown } }> = {
 *   getClaims: ({ session }) => session.claims,
 *   failPolicy: 'closed',
 * }
 * ```
 */
export interface ActiveGuardOptions<Request> extends GuardOptions<Request> {
  /** Returns the claims of the verified token, or a promise of them. */
  readonly getClaims?: (request: Request) => unknown
  /**
   * How long `getClaims` may take. The answer is 503 then.
   *
   * @default '15s'
   */
  readonly timeout?: Duration
}

/**
 * Creates the guard that finds the claims of a request, and looks for a revocation.
 *
 * @param claimsIn - Finds the claims if there is no `getClaims`.
 * @param names - Those of all options that the adapter takes.
 * @throws TypeError or RangeError for wrong options.
 */
export function createActiveGuard<Request>(
  revocation: Revocation,
  options: ActiveGuardOptions<Request>,
  claimsIn: (request: Request) => unknown,
  names: OptionNames<ActiveGuardOptions<never>> = activeGuardOptionNames,
): (request: Request) => Promise<Admission> {
  const guard = createClaimsGuard(revocation, options, names)
  const { getClaims, timeout = '15s' } = options
  if (getClaims !== undefined && typeof getClaims !== 'function') throw new TypeError('getClaims must be a function.')
  const timeoutMs = readTimeout(timeout)
  if (getClaims === undefined) return (request) => guard(request, claimsIn(request))

  const find = async (request: Request) => await getClaims(request)
  return async (request) => {
    try {
      return await guard(request, await beforeDeadline(timeoutMs, find(request)))
    } catch (error) {
      const refusal = refuse(error, request, options)
      if (refusal === undefined) throw asError(error)
      return { refusal }
    }
  }
}
