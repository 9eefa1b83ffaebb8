import { assertAllowed, type Revocation } from '@revoked/core'
import type { Request } from 'express'
import { createChecker, isDegraded } from '../../bearer/claims-guard.ts'
import type { GuardOptions } from '../../bearer/guard-options.ts'
import { assertKnownOptions, checkOptionNames } from '../../bearer/known-options.ts'

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
 */
export type IsRevokedOptions = Pick<GuardOptions<Request>, 'failPolicy'>

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
