import type { Revocation } from '@revoked/core'
import type { Request, RequestHandler } from 'express'
import { type ActiveGuardOptions, createActiveGuard } from '../../bearer/active-guard.ts'
import { asError } from '../../bearer/as-error.ts'
import { send } from './send.ts'
import { authenticate } from './with-auth.ts'

/**
 * Options for {@link requireActive}.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireActive, type RequireActiveOptions } from '@revoked/http/express'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: RequireActiveOptions = { getClaims: ({ res }) => res?.locals['claims'] }
 * const middleware = requireActive(createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }), options)
 * ```
 */
export interface RequireActiveOptions extends ActiveGuardOptions<Request> {
  /**
   * Returns the claims of the verified token, or a promise of them.
   *
   * @default `request.auth` (express-jwt), or its `payload` (express-oauth2-jwt-bearer)
   */
  readonly getClaims?: (request: Request) => unknown
}

/**
 * Lets a request pass if its token is not revoked. Goes behind middleware that has verified the
 * token, such as express-jwt or express-oauth2-jwt-bearer, and leaves its `request.auth` as it is,
 * unless `getClaims` finds the claims elsewhere: they are in `request.auth` then. A request without
 * claims is refused. Answers 401 or 503 itself.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireActive } from '@revoked/http/express'
 * import { memoryStore } from '@revoked/store-memory'
 * import express from 'express'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * const app = express()
 * app.use(requireActive(revocation)) // Behind express-jwt or express-oauth2-jwt-bearer.
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function requireActive(revocation: Revocation, options: RequireActiveOptions = {}): RequestHandler {
  const guard = createActiveGuard(revocation, options, claimsIn)
  const { getClaims } = options
  return (request, response, next) => {
    guard(request)
      .then((admission) => {
        if (admission.refusal !== undefined) return send(response, admission.refusal)
        if (getClaims === undefined) Object.assign(request, { degraded: admission.degraded })
        else authenticate(request, admission.claims, admission.degraded)
        next()
      })
      .catch((thrown: unknown) => next(asError(thrown)))
  }
}

/**
 * Both libraries use `request.auth`, in two shapes. Only an object of exactly the three properties
 * of express-oauth2-jwt-bearer counts as its result: a token might have claims of these names.
 */
function claimsIn(request: object): unknown {
  const auth: unknown = 'auth' in request ? request.auth : undefined
  if (typeof auth !== 'object' || auth === null || !('payload' in auth)) return auth
  return Object.keys(auth).sort().join() === 'header,payload,token' ? auth.payload : auth
}
