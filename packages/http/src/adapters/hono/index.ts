import type { Revocation } from '@revoked/core'
import type { Context, ErrorHandler, Handler, MiddlewareHandler } from 'hono'
import type { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Answer } from '../../bearer/answer.ts'
import {
  type Admission,
  createClaimsGate,
  createTokenGate,
  type GateOptions,
  type TokenClaims,
  type TokenGateOptions,
} from '../../bearer/gate.ts'
import { readBearer } from '../../bearer/read-bearer.ts'
import { type Problem, problemOf, refusalFor } from '../../bearer/refusals.ts'
import type { Endpoint } from '../../endpoints/endpoint.ts'
import { isForm, maxFormBytes, readWebForm } from '../../endpoints/request-body.ts'

/** What handlers find behind {@link requireToken} and {@link requireActive}. */
export interface TokenEnv {
  Variables: {
    /** The claims of the verified token, where hono/jwt puts them too. */
    jwtPayload: TokenClaims
    /** Whether the token passed although nobody could tell if it was revoked: the store was away, and the policy is open. */
    degraded: boolean
  }
}

/** The options of {@link answerErrors}. */
export interface AnswerErrorsOptions extends Pick<GateOptions<Context>, 'onUnavailable'> {
  /** Answers every other error: your own error handler. Default: as Hono does where an app has none. */
  readonly otherwise?: ErrorHandler
}

/**
 * Lets a request pass whose token is valid and was not taken back: its claims are in `c.get('jwtPayload')` then. Answers every other
 * request itself: 400, 401 or 503.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/hono'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import { Hono } from 'hono'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * const app = new Hono()
 * app.get('/me', requireToken({ tokens }), (c) => c.json({ user: c.get('jwtPayload').sub }))
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function requireToken(options: TokenGateOptions<Context>): MiddlewareHandler<TokenEnv> {
  const admit = createTokenGate(options)
  return guard((c) => admit(c, c.req.header('authorization')))
}

/**
 * Lets a request pass whose token was not taken back. Goes behind hono/jwt, or anything else that puts the payload of a verified token
 * into `c.get('jwtPayload')`; a request without one is refused. Answers 401 or 503 itself.
 *
 * Give hono/jwt `verification: { typ: 'at+jwt', iat: false }` for tokens of `@revoked/jose`: they have the `typ` of RFC 9068, and by default
 * it takes `JWT` alone. It refuses an `iat` with a fraction for the rest of that second, and `issue` stamps one where
 * the subject was revoked in the same second. An `iat` in the future is refused here.
 *
 * @throws TypeError for wrong options.
 */
export function requireActive(revocation: Revocation, options?: GateOptions<Context>): MiddlewareHandler<TokenEnv> {
  const admit = createClaimsGate(revocation, options)
  return guard((c) => admit(c, c.get('jwtPayload')))
}

/**
 * For `app.onError`. Gives the refusals of this library and of hono/jwt their status, headers and body. Every other error goes to
 * `otherwise`.
 *
 * @example
 * ```ts
 * import { answerErrors } from '@revoked/http/hono'
 * import { Hono } from 'hono'
 *
 * const app = new Hono()
 * app.onError(answerErrors({ otherwise: (_error, c) => c.json({ error: 'Something went wrong' }, 500) }))
 * ```
 */
export function answerErrors({ onUnavailable, otherwise = answerAsHono }: AnswerErrorsOptions = {}): ErrorHandler {
  return (error, c) => {
    const problem = problemOf(error) ?? problemOfHonoJwt(error, c)
    if (problem === undefined) return otherwise(error, c)
    if (problem === 'unavailable') onUnavailable?.(error, c)
    return send(c, refusalFor(problem))
  }
}

/**
 * Serves an endpoint, such as `logoutEndpoint` or those of `@revoked/http/oauth`. Goes behind hono/body-limit where the server has no limit of its own.
 */
export function serve(endpoint: Endpoint): Handler {
  return async (c) => {
    const { method } = c.req
    const header = (name: string) => c.req.header(name)
    return send(c, await endpoint({ method, authorization: header('authorization'), header, form: () => readForm(c) }))
  }
}

function guard(admit: (c: Context<TokenEnv>) => Promise<Admission>): MiddlewareHandler<TokenEnv> {
  return async (c, next) => {
    const admission = await admit(c)
    if (admission.refusal !== undefined) return send(c, admission.refusal)
    c.set('jwtPayload', admission.claims)
    c.set('degraded', admission.degraded)
    return await next()
  }
}

function send(c: Context, { status, headers, setCookie = [], body }: Answer): Response {
  for (const value of setCookie) c.header('Set-Cookie', value, { append: true })
  if (body === undefined) return c.body(null, status as ContentfulStatusCode, headers)
  return c.json(body, status as ContentfulStatusCode, headers)
}

/**
 * Hono's own form parsing keeps the last of two parameters with the same name, so the body is read
 * here. If a middleware has read it, Hono holds its text.
 */
async function readForm({ req }: Context): Promise<URLSearchParams | undefined> {
  if (!req.raw.bodyUsed) return await readWebForm(req.raw)
  if (!isForm(req.header('content-type'))) return undefined
  const text = await req.text()
  return text.length > maxFormBytes ? undefined : new URLSearchParams(text)
}

/** Hono's own handler cannot be asked, and an error that is thrown in a handler of errors comes back to it. */
const answerAsHono: ErrorHandler = (error, c) => {
  if ('getResponse' in error) {
    const response = error.getResponse()
    return c.newResponse(response.body, response)
  }
  // biome-ignore lint/suspicious/noConsole: a defect must not go unseen, and Hono logs it so.
  console.error(error)
  return c.text('Internal Server Error', 500)
}

/** The refusals of hono/jwt. They are told by their challenges: anybody throws a 401 that says "Unauthorized". */
function problemOfHonoJwt(error: Error | HTTPException, { req }: Context): Problem | undefined {
  const challenge = 'res' in error ? error.res?.headers.get('www-authenticate') : undefined
  switch (/error_description="([^"]*)"$/.exec(challenge ?? '')?.[1]) {
    case 'no authorization included in request':
      return 'missing'
    case 'invalid credentials structure':
      return readBearer(req.header('authorization')).problem ?? 'malformed'
    case 'token verification failure':
      return error.cause instanceof Error && error.cause.name === 'JwtTokenExpired' ? 'expired' : 'invalid'
    default:
      return undefined
  }
}
