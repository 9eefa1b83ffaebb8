import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { asError } from '../../bearer/as-error.ts'
import type { SubjectClaims } from '../../bearer/verifies-tokens.ts'

/**
 * A request that has passed `requireToken` or `requireActive`.
 *
 * @example
 * ```ts
 * import { type AuthenticatedRequest, withAuth } from '@revoked/http/express'
 * import type { Response } from 'express'
 *
 * const profile = (request: AuthenticatedRequest, response: Response): void => {
 *   response.json({ id: request.auth.sub })
 * }
 * const handler = withAuth(profile)
 * ```
 */
export interface AuthenticatedRequest extends Omit<Request, 'auth'> {
  /** The claims of the verified token. */
  readonly auth: SubjectClaims
  /**
   * `true` if the store was unavailable and the policy let the token pass: it may have been
   * revoked.
   */
  readonly degraded: boolean
}

/**
 * Types a handler behind `requireToken` or `requireActive`: its `request.auth` has the claims. The
 * global type of requests is left alone, because other libraries declare an `auth` there as well.
 *
 * The handler that it returns passes a TypeError to the error handlers if no guard is in front of
 * it.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { withAuth } from '@revoked/http/express'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * export const logoutEverywhere = withAuth(async (request, response) => {
 *   await revocation.revoke({ subject: request.auth.sub })
 *   response.sendStatus(204)
 * })
 * ```
 */
export function withAuth(
  handler: (request: AuthenticatedRequest, response: Response, next: NextFunction) => unknown,
): RequestHandler {
  return (request, response, next) => {
    if (!isAuthenticated(request))
      return next(new TypeError('Put requireToken or requireActive in front of a handler of withAuth.'))
    const result = handler(request, response, next)
    // Express 4 does not look at what a handler returns.
    if (result instanceof Promise) result.catch((thrown: unknown) => next(asError(thrown)))
  }
}

/** Marks a request as passed. */
export function authenticate(request: Request, claims: SubjectClaims, degraded: boolean): void {
  Object.assign(request, { auth: claims, degraded })
}

function isAuthenticated(request: object): request is AuthenticatedRequest {
  return 'auth' in request && typeof request.auth === 'object' && request.auth !== null
}
