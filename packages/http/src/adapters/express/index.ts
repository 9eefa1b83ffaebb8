import { assertAllowed, type Revocation } from '@revoked/core'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Answer } from '../../bearer/answer.ts'
import {
  createChecker,
  createTokenGate,
  type GateOptions,
  isDegraded,
  type TokenClaims,
  type TokenGateOptions,
} from '../../bearer/gate.ts'
import { codeOf, type Problem, problemOf, refusalFor } from '../../bearer/refusals.ts'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { readNodeForm } from '../../endpoints/request-body.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** The claims of the verified token, behind `requireToken`. */
    auth?: TokenClaims
    /** Whether the token passed although nobody could tell if it was revoked: the store was away, and the policy is open. */
    degraded?: boolean
  }
}

/** The options of {@link answerErrors}. */
export type AnswerErrorsOptions = Pick<GateOptions<Request>, 'onUnavailable'>

/**
 * Lets a request pass whose token is valid and was not taken back: its claims are in `request.auth` then. Answers every other request
 * itself: 400, 401 or 503. For Express 5 and 4.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/express'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import express from 'express'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * const app = express()
 * app.get('/me', requireToken({ tokens }), (request, response) => {
 *   response.json({ user: request.auth?.sub })
 * })
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function requireToken(options: TokenGateOptions<Request>): RequestHandler {
  const admit = createTokenGate(options)
  return (request, response, next) => {
    // Express 4 takes no promises. To send fails as well, where a middleware for timeouts, say, has answered meanwhile.
    admit(request, request.headers.authorization)
      .then((admission) => {
        if (admission.refusal !== undefined) return send(response, admission.refusal)
        request.auth = admission.claims
        request.degraded = admission.degraded
        next()
      })
      .catch(next)
  }
}

/**
 * The `isRevoked` of express-jwt. Goes with {@link answerErrors}: express-jwt hands every refusal to the error handlers, and sets no header.
 *
 * @throws TypeError for wrong options.
 */
export function isRevoked(
  revocation: Revocation,
  options: Pick<GateOptions<Request>, 'failPolicy'> = {},
): (request: Request, token: { readonly payload: unknown } | undefined) => Promise<boolean> {
  const check = createChecker(revocation, options)
  return async (request, token) => {
    const verdict = await check(request, token?.payload)
    if (verdict.status === 'revoked') return true
    assertAllowed(verdict)
    request.degraded = isDegraded(verdict)
    return false
  }
}

/**
 * An error handler that gives the refusals of this library and of express-jwt their status, headers and body. Every other error goes on
 * to the next error handler.
 */
export function answerErrors({ onUnavailable }: AnswerErrorsOptions = {}): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const problem = problemOf(error) ?? problemOfExpressJwt(error)
    if (problem === undefined || response.headersSent) return next(error)
    if (problem === 'unavailable') onUnavailable?.(error, request)
    send(response, refusalFor(problem))
  }
}

/**
 * Serves an endpoint, such as `logoutEndpoint` or those of `@revoked/http/oauth`. It reads forms itself, unless `express.urlencoded()` has.
 */
export function serve(endpoint: Endpoint): RequestHandler {
  return (request, response, next) => {
    const { method, headers } = request
    const form = () => readNodeForm(request, headers['content-type'], request.body)
    endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form })
      .then((answer) => send(response, answer))
      .catch(next)
  }
}

function send(response: Response, { status, headers, setCookie = [], body }: Answer): void {
  response.status(status).set(headers)
  if (setCookie.length > 0) response.append('Set-Cookie', [...setCookie])
  if (body === undefined) response.end()
  else response.json(body)
}

/** The codes of express-jwt 8. */
function problemOfExpressJwt(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || error.name !== 'UnauthorizedError') return undefined
  switch (codeOf(error)) {
    case 'credentials_required':
    case 'credentials_bad_scheme':
      return 'missing'
    case 'credentials_bad_format':
      return 'malformed'
    case 'revoked_token':
      return 'revoked'
    case 'invalid_token':
      return isExpiry(error) ? 'expired' : 'invalid'
    default:
      return undefined
  }
}

function isExpiry(error: object): boolean {
  return 'inner' in error && error.inner instanceof Error && error.inner.name === 'TokenExpiredError'
}
