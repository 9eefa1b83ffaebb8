import { assertAllowed, type Revocation } from '@revoked/core'
import type { Request } from 'express'
import { createChecker, isDegraded } from '../../bearer/claims-guard.ts'
import { assertHooks, type GuardOptions } from '../../bearer/guard-options.ts'
import { checkOptionNames } from '../../bearer/known-options.ts'
import { reportObserved } from '../../bearer/refuse.ts'

/**
 * Options for {@link isRevoked}.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { failOpenForReads } from '@revoked/http'
 * import { isRevoked, type IsRevokedOptions } from '@revoked/http/express'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: IsRevokedOptions = { failPolicy: failOpenForReads }
 * const hook = isRevoked(createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }), options)
 * ```
 *
 * `onRefused` and `onUnavailable` are called in the mode `'observe'` only: `errorHandler` reports what is
 * refused.
 */
export type IsRevokedOptions = Omit<GuardOptions<Request>, 'subject' | 'maxAge' | 'now'>

/**
 * Creates the `isRevoked` of express-jwt. Put `errorHandler` behind it: express-jwt passes every
 * refusal to the error handlers, and sets no header.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { isRevoked } from '@revoked/http/express'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * // expressjwt({ secret, algorithms: ['HS256'], isRevoked: hook })
 * const hook = isRevoked(revocation)
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function isRevoked(
  revocation: Revocation,
  options: IsRevokedOptions = {},
): (request: Request, token: { readonly payload: unknown } | undefined) => Promise<boolean> {
  assertHooks(options, checkOptionNames)
  const check = createChecker(revocation, options)
  return async (request, token) => {
    const verdict = await check(request, token?.payload)
    if (verdict.status === 'revoked') return true
    assertAllowed(verdict)
    if (verdict.status === 'observed') reportObserved(verdict.error, request, options)
    Object.assign(request, { degraded: isDegraded(verdict) })
    return false
  }
}
