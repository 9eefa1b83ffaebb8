import { assertAllowed, type Revocation } from '@revoked/core'
import type { Request } from 'express'
import { createChecker, isDegraded } from '../../bearer/claims-guard.ts'
import type { GuardOptions } from '../../bearer/guard-options.ts'
import { assertKnownOptions, checkOptionNames } from '../../bearer/known-options.ts'

/** Options for {@link isRevoked}. */
export type IsRevokedOptions = Pick<GuardOptions<Request>, 'failPolicy'>

/**
 * Creates the `isRevoked` of express-jwt. Put `errorHandler` behind it: express-jwt passes every
 * refusal to the error handlers, and sets no header.
 *
 * @throws TypeError for wrong options.
 */
export function isRevoked(
  revocation: Revocation,
  options: IsRevokedOptions = {},
): (request: Request, token: { readonly payload: unknown } | undefined) => Promise<boolean> {
  assertKnownOptions(options, checkOptionNames)
  const check = createChecker(revocation, options)
  return async (request, token) => {
    const verdict = await check(request, token?.payload)
    if (verdict.status === 'revoked') return true
    assertAllowed(verdict)
    Object.assign(request, { degraded: isDegraded(verdict) })
    return false
  }
}
