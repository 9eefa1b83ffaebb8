import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { asError } from '../../bearer/as-error.ts'
import type { RequireTokenOptions } from '../../bearer/guard-options.ts'
import { createTokenGuard } from '../../bearer/token-guard.ts'
import { send } from './send.ts'
import { authenticate } from './with-auth.ts'

/**
 * Lets a request pass if its token is valid and not revoked, with the claims in `request.auth` and
 * whether it passed unchecked in `request.degraded`. Answers every other request itself: 400, 401
 * or
 * 503. For Express 5 and 4.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken, withAuth } from '@revoked/http/express'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import express from 'express'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
 * })
 *
 * const app = express()
 * app.get('/me', requireToken({ tokens }), withAuth((request, response) => {
 *   response.json({ user: request.auth.sub })
 * }))
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function requireToken(options: RequireTokenOptions<Request>): RequestHandler {
  const guard = createTokenGuard(options)

  async function pass(request: Request, response: Response, next: NextFunction): Promise<void> {
    try {
      const admission = await guard(request, request.headers.authorization)
      if (admission.refusal !== undefined) return send(response, admission.refusal)
      authenticate(request, admission.claims, admission.degraded)
      next()
    } catch (thrown) {
      // Sending can fail as well, if something else has answered.
      next(asError(thrown))
    }
  }

  // Express 4 does not handle promises, and Express 5 waits for them.
  return (request, response, next) => void pass(request, response, next)
}
