import type { Revocation } from '@revoked/core'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
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
import { codeOf, type Problem, problemOf, refusalFor } from '../../bearer/refusals.ts'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { isForm } from '../../endpoints/request-body.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The claims of the verified token, behind `requireToken` and `requireActive`. */
    auth?: TokenClaims
    /** Whether the token passed although nobody could tell if it was revoked: the store was away, and the policy is open. */
    degraded?: boolean
  }
  interface FastifyContextConfig {
    /** The `failPolicy` of this route, in place of the one that the plugin was registered with. */
    failPolicy?: NonNullable<GateOptions<FastifyRequest>['failPolicy']>
  }
}

/** The options of {@link requireActive}. */
export interface RequireActiveOptions extends GateOptions<FastifyRequest> {
  /** Where tokens are looked up. */
  readonly revocation: Revocation
  /** The `namespace` that @fastify/jwt was registered with, if any. */
  readonly namespace?: string
}

/** The options of {@link answerErrors}. */
export type AnswerErrorsOptions = Pick<GateOptions<FastifyRequest>, 'onUnavailable'>

/**
 * A plugin that guards the scope where it is registered: lets a request pass whose token is valid and was not taken back, its claims are
 * in `request.auth` then, and answers every other request itself: 400, 401 or 503. A route has its own policy by `config.failPolicy`.
 *
 * It is an `onRequest` hook, so it runs before the body is read, and hooks of plugins that are registered before it run first: let
 * @fastify/cors be one of them, a preflight request brings no token. A guarded scope within a guarded scope has to pass both.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/fastify'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import { fastify } from 'fastify'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * const app = fastify()
 * app.register(requireToken, { tokens })
 * app.get('/me', async (request) => ({ user: request.auth?.sub }))
 * app.get('/news', { config: { failPolicy: 'open' } }, async () => ({ news: [] }))
 * ```
 *
 * @throws TypeError for wrong options, out of `app.ready()`.
 */
export const requireToken: FastifyPluginAsync<TokenGateOptions<FastifyRequest>> = inScope(async (app, options) => {
  const gateOf = perRoute(options, createTokenGate)
  guard(app, (request) => gateOf(request)(request, request.headers.authorization))
})

/**
 * A plugin for users of @fastify/jwt, 9 or 10, that is registered after it and guards the scope where it is registered, as
 * {@link requireToken} does. It calls `request.jwtVerify()` itself, then looks for a revocation: `request.user` is what @fastify/jwt makes
 * it, by `formatUser` or under another `decoratorName` too, and the payload is in `request.auth`.
 *
 * It verifies even where a hook before it has: the claims that are checked are those of the token that was verified, and of no other one
 * that the request brings along. Not supported: @fastify/jwt with names of its own for `jwtVerify` and `jwtDecode`.
 *
 * @throws TypeError for wrong options, or without @fastify/jwt, out of `app.ready()`.
 */
export const requireActive: FastifyPluginAsync<RequireActiveOptions> = inScope(async (app, options) => {
  const { revocation, namespace, onUnavailable } = options
  const [verify, decode] =
    namespace === undefined ? ['jwtVerify', 'jwtDecode'] : [`${namespace}JwtVerify`, `${namespace}JwtDecode`]
  if (!app.hasRequestDecorator(verify) || !app.hasRequestDecorator(decode))
    throw new TypeError(`Register @fastify/jwt before requireActive: there is no request.${verify}().`)
  const gateOf = perRoute(options, (gateOptions) => createClaimsGate(revocation, gateOptions))

  guard(app, async (request) => {
    // Neither is typed here, as @fastify/jwt is no dependency.
    const jwt = request as unknown as Record<string, (options?: unknown) => Promise<unknown>>
    try {
      await jwt[verify]?.()
    } catch (error) {
      const problem = problemOfFastifyJwt(error, request)
      if (problem === undefined) throw error
      if (problem === 'unavailable') onUnavailable?.(error, request)
      return { refusal: refusalFor(problem) }
    }
    // What jwtVerify answers with went through formatUser. Both find the same token.
    const payload = await jwt[decode]?.({ decode: { complete: false } })
    return await gateOf(request)(request, payload)
  })
})

/**
 * An error handler, for `app.setErrorHandler`, that gives the refusals of this library and of @fastify/jwt their status, headers and body
 * where a hook or a handler of yours throws them. Every other error goes on to the error handler of the scope around.
 */
export function answerErrors({
  onUnavailable,
}: AnswerErrorsOptions = {}): (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (error, request, reply) => {
    const problem = problemOf(error) ?? problemOfFastifyJwt(error, request)
    if (problem === undefined) throw error
    if (problem === 'unavailable') onUnavailable?.(error, request)
    return send(reply, refusalFor(problem))
  }
}

/**
 * Serves an endpoint, such as `logoutEndpoint` or those of `@revoked/http/oauth`. Goes with `@fastify/formbody`, and outside of a guarded scope.
 */
export function serve(endpoint: Endpoint): RouteHandlerMethod {
  return async (request, reply) => {
    const { method, headers, body } = request
    const form = async () => (isForm(headers['content-type']) ? body : undefined)
    return send(
      reply,
      await endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form }),
    )
  }
}

/** As fastify-plugin does it: hooks and decorators land in the scope that registers the plugin, and not in one of its own. */
function inScope<Options extends object>(plugin: FastifyPluginAsync<Options>): FastifyPluginAsync<Options> {
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

function guard(app: FastifyInstance, admit: (request: FastifyRequest) => Promise<Admission>): void {
  // A scope around may have them already.
  for (const name of ['auth', 'degraded']) if (!app.hasRequestDecorator(name)) app.decorateRequest(name)
  app.addHook('onRequest', async (request, reply) => {
    const admission = await admit(request)
    if (admission.refusal !== undefined) return send(reply, admission.refusal)
    request.auth = admission.claims
    request.degraded = admission.degraded
  })
}

/** Two gates, as only one of them leaves the policy of the revocation in force. */
function perRoute<Options extends GateOptions<FastifyRequest>, Gate>(
  options: Options,
  createGate: (options: Options) => Gate,
): (request: FastifyRequest) => Gate {
  const usual = createGate(options)
  const ofRoute = createGate({
    ...options,
    failPolicy: (request, error) => {
      const { failPolicy = 'closed' } = request.routeOptions.config
      return typeof failPolicy === 'function' ? failPolicy(request, error) : failPolicy
    },
  })
  return ({ routeOptions }) => (routeOptions.config.failPolicy === undefined ? usual : ofRoute)
}

function send(reply: FastifyReply, { status, headers, setCookie = [], body }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  if (setCookie.length > 0) reply.header('Set-Cookie', [...setCookie])
  if (body === undefined) return reply.send()
  // As text: from an object, the response schema of a route and preSerialization hooks would make something else.
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
}

/** The codes of @fastify/jwt, and those of fast-jwt that it hands on. What a wrong set-up causes is not among them. */
function problemOfFastifyJwt(error: unknown, { headers }: FastifyRequest): Problem | undefined {
  switch (codeOf(error)) {
    case 'FST_JWT_NO_AUTHORIZATION_IN_HEADER':
    case 'FST_JWT_NO_AUTHORIZATION_IN_COOKIE':
      return readBearer(headers.authorization).problem ?? 'missing'
    case 'FST_JWT_BAD_REQUEST':
      // That is what it says as well where `extractToken` found none.
      return readBearer(headers.authorization).problem ?? 'malformed'
    case 'FST_JWT_AUTHORIZATION_TOKEN_EXPIRED':
      return 'expired'
    case 'FAST_JWT_KEY_FETCHING_ERROR':
      return 'unavailable'
    case 'FST_JWT_AUTHORIZATION_TOKEN_INVALID':
    case 'FST_JWT_AUTHORIZATION_TOKEN_UNTRUSTED':
    case 'FAST_JWT_MISSING_SIGNATURE':
    case 'FAST_JWT_MALFORMED':
    case 'FAST_JWT_INACTIVE':
    case 'FAST_JWT_INVALID_ALGORITHM':
    case 'FAST_JWT_INVALID_CLAIM_TYPE':
    case 'FAST_JWT_INVALID_CRIT_HEADER':
    case 'FAST_JWT_INVALID_PAYLOAD':
    case 'FAST_JWT_INVALID_TYPE':
    case 'FAST_JWT_VERIFY_ERROR':
      return 'invalid'
    default:
      return undefined
  }
}
