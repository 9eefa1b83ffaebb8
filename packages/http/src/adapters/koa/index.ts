import { assertAllowed, type Revocation } from '@revoked/core'
import type { Context, Middleware } from 'koa'
import type { Answer } from '../../bearer/answer.ts'
import {
  createChecker,
  createTokenGate,
  type GateOptions,
  isDegraded,
  type TokenClaims,
  type TokenGateOptions,
} from '../../bearer/gate.ts'
import { readBearer } from '../../bearer/read-bearer.ts'
import { type Problem, problemOf, refusalFor } from '../../bearer/refusals.ts'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { readNodeForm } from '../../endpoints/request-body.ts'

/** What `context.state` holds behind {@link requireToken}. Koa types it where the app is told: `new Koa<TokenState>()`. */
export interface TokenState {
  /** The claims of the verified token, where koa-jwt puts them too. */
  user: TokenClaims
  /** Whether the token passed although nobody could tell if it was revoked: the store was away, and the policy is open. */
  degraded: boolean
}

/** The options of {@link answerErrors}. */
export type AnswerErrorsOptions = Pick<GateOptions<Context>, 'onUnavailable'>

/**
 * Lets a request pass whose token is valid and was not taken back: its claims are in `context.state.user` then. Answers every other
 * request itself: 400, 401 or 503.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/koa'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import Koa from 'koa'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * const app = new Koa()
 * app.use(requireToken({ tokens })).use((context) => {
 *   context.body = { user: context.state.user.sub }
 * })
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function requireToken(options: TokenGateOptions<Context>): Middleware<TokenState> {
  const admit = createTokenGate(options)
  return async (context, next) => {
    const admission = await admit(context, context.headers.authorization)
    if (admission.refusal !== undefined) return send(context, admission.refusal)
    context.state.user = admission.claims
    context.state.degraded = admission.degraded
    await next()
  }
}

/**
 * The `isRevoked` of koa-jwt; `context.state.degraded` tells what it does behind {@link requireToken}. Goes with {@link answerErrors}:
 * alone, koa-jwt answers 401 while the store is away, and with its option `passthrough` lets the request go on without a user.
 *
 * @throws TypeError for wrong options.
 */
export function isRevoked(
  revocation: Revocation,
  options: Pick<GateOptions<Context>, 'failPolicy'> = {},
): (context: Context, claims: unknown) => Promise<boolean> {
  const check = createChecker(revocation, options)
  return async (context, claims) => {
    const verdict = await check(context, claims)
    if (verdict.status === 'revoked') return true
    assertAllowed(verdict)
    context.state['degraded'] = isDegraded(verdict)
    return false
  }
}

/**
 * Goes before koa-jwt. Gives the refusals of this library and of koa-jwt their status, headers and body; every other error is thrown on.
 *
 * With koa-jwt's option `passthrough`, an outage takes the place of whatever the request was answered without a user: handlers that look
 * for one would have told the client that it is logged out.
 */
export function answerErrors({ onUnavailable }: AnswerErrorsOptions = {}): Middleware {
  return async (context, next) => {
    const before = context.response.headers
    try {
      await next()
      const swallowed = swallowedOutage(context)
      if (swallowed !== undefined) throw swallowed
    } catch (error) {
      const cause = causeOf(error, context)
      const problem = problemOf(cause) ?? problemOfKoaJwt(error, context)
      if (problem === undefined || context.headerSent) throw error
      if (problem === 'unavailable') onUnavailable?.(cause, context)
      // What a handler set was for its own answer: a cookie, a lifetime in caches.
      if (cause === swallowedOutage(context)) keepOnly(before, context)
      send(context, refusalFor(problem))
    }
  }
}

/**
 * Serves an endpoint, such as `logoutEndpoint` or those of `@revoked/http/oauth`. Goes behind a body parser that leaves forms in `context.request.body`, as
 * koa-bodyparser, `@koa/bodyparser` and koa-body do.
 */
export function serve(endpoint: Endpoint): Middleware {
  return async (context) => {
    const { method, headers } = context
    const parsed = () => ('body' in context.request ? context.request.body : undefined)
    const form = () => readNodeForm(context.req, headers['content-type'], parsed())
    send(context, await endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form }))
  }
}

function send(
  context: Pick<Context, 'body' | 'status' | 'set' | 'append'>,
  { status, headers, setCookie = [], body }: Answer,
): void {
  // Null makes Koa choose a status of its own, so ours comes after it. A copy, as middleware may write into it.
  context.body = body === undefined ? null : { ...body }
  context.status = status
  context.set(headers)
  if (setCookie.length > 0) context.append('Set-Cookie', [...setCookie])
}

function keepOnly(headers: Readonly<Record<string, unknown>>, context: Context): void {
  for (const name of Object.keys(context.response.headers)) if (!(name in headers)) context.remove(name)
}

/** Why koa-jwt let a request go on without a user, where the reason is an outage. */
function swallowedOutage({ state }: Context): unknown {
  const error: unknown = state['jwtOriginalError']
  return problemOf(error) === 'unavailable' ? error : undefined
}

/** koa-jwt hides what it caught in a refusal of its own, or lets a handler miss the user and refuse. */
function causeOf(error: unknown, context: Context): unknown {
  if (!isRefusal(error)) return error
  return swallowedOutage(context) ?? error.originalError ?? error
}

function isRefusal(error: unknown): error is Error & { readonly status: number; readonly originalError?: unknown } {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
}

/** What koa-jwt 4 says where it found no token, without and with its option `debug`. */
const noToken: ReadonlySet<string> = new Set([
  'Authentication Error',
  'Token not found',
  'Bad Authorization header format. Format is "Authorization: Bearer <token>"',
])

/** The refusals of koa-jwt 4. It has no codes: names and messages must do. */
function problemOfKoaJwt(error: unknown, { headers }: Context): Problem | undefined {
  if (!isRefusal(error) || error.status !== 401) return undefined
  const { message, originalError: cause } = error
  if (cause === undefined && noToken.has(message)) return readBearer(headers.authorization).problem ?? 'malformed'
  if (!(cause instanceof Error)) return undefined
  if (cause.message === 'Token revoked') return 'revoked'
  if (cause.name === 'TokenExpiredError') return 'expired'
  return isInvalid(cause) ? 'invalid' : undefined
}

/** What cannot be decoded is no error of jsonwebtoken, but of what is below it, or of koa-jwt. */
function isInvalid({ name, message }: Error): boolean {
  if (/^Invalid token$|signatures must be/.test(message)) return true
  return /^(?:JsonWebTokenError|NotBeforeError|SyntaxError)$/.test(name)
}
