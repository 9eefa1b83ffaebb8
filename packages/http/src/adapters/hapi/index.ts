import type { Lifecycle, Request, ResponseObject, ResponseToolkit, ServerAuthScheme } from '@hapi/hapi'
import type { Revocation } from '@revoked/core'
import type { Answer } from '../../bearer/answer.ts'
import { createClaimsGate, createTokenGate, type GateOptions, type TokenGateOptions } from '../../bearer/gate.ts'
import { readBearer } from '../../bearer/read-bearer.ts'
import { type Problem, problemOf, refusalFor } from '../../bearer/refusals.ts'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { isForm } from '../../endpoints/request-body.ts'

declare module '@hapi/hapi' {
  interface PluginsStates {
    revoked?: {
      /** Whether the token passed although nobody could tell if it was revoked: the store was away, and the policy is open. */
      readonly degraded: boolean
    }
  }
}

/** The options of {@link answerErrors}. */
export type AnswerErrorsOptions = Pick<GateOptions<Request>, 'onUnavailable'>

/** What the `validate` of @hapi/jwt answers. */
export interface Validation {
  readonly isValid: boolean
  readonly response?: ResponseObject
}

/**
 * An authentication scheme: a request is authenticated whose token is valid and was not taken back. Its claims are in
 * `request.auth.credentials` then, and whether it passed unchecked is in `request.plugins.revoked.degraded`. Every other request is refused
 * with 400, 401 or 503. A strategy may have a `failPolicy`, `getToken` or `onUnavailable` of its own.
 *
 * The modes of hapi hold: `'optional'` lets requests without a token go on, `'try'` those with a refused one too, unauthenticated. An
 * outage that would refuse is 503 all the same.
 *
 * @example
 * ```ts
 * import { server as createServer } from '@hapi/hapi'
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/hapi'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * const server = createServer()
 * server.auth.scheme('revoked', requireToken({ tokens }))
 * server.auth.strategy('token', 'revoked')
 * server.auth.strategy('token while the store is away', 'revoked', { failPolicy: 'open' })
 * server.auth.default('token')
 * server.route({ method: 'GET', path: '/me', handler: ({ auth }) => ({ user: auth.credentials['sub'] }) })
 * ```
 *
 * @throws TypeError for wrong options; for those of a strategy, when it is created.
 */
export function requireToken(options: TokenGateOptions<Request>): ServerAuthScheme<Partial<TokenGateOptions<Request>>> {
  createTokenGate(options)
  return (_server, strategyOptions) => {
    const admit = createTokenGate({ ...options, ...strategyOptions })
    return {
      authenticate: async (request, h) => {
        const admission = await admit(request, authorizationOf(request))
        const { refusal } = admission
        if (refusal === undefined) {
          request.plugins.revoked = { degraded: admission.degraded }
          return h.authenticated({ credentials: asCredentials(admission.claims) })
        }
        return endsEveryMode(refusal) ? respond(h, refusal).takeover() : h.unauthenticated(asBoom(refusal, request))
      },
    }
  }
}

/**
 * The `validate` of @hapi/jwt 3, for its strategies. The payload becomes `request.auth.credentials`, and whether it passed unchecked is in
 * `request.plugins.revoked.degraded`. A revoked token is refused with 401, or goes on unauthenticated in the mode `'try'`; an outage is 503.
 *
 * Goes with {@link answerErrors}, which answers what @hapi/jwt refuses before it asks.
 *
 * @throws TypeError for wrong options.
 */
export function validate(
  revocation: Revocation,
  options: GateOptions<Request> = {},
): (
  artifacts: { readonly decoded: { readonly payload: unknown } },
  request: Request,
  h: ResponseToolkit,
) => Promise<Validation> {
  const admit = createClaimsGate(revocation, options)
  return async ({ decoded }, request, h) => {
    try {
      const admission = await admit(request, decoded.payload)
      const { refusal } = admission
      if (refusal === undefined) {
        request.plugins.revoked = { degraded: admission.degraded }
        return { isValid: true }
      }
      if (request.auth.mode === 'try' && !endsEveryMode(refusal)) return { isValid: false }
      return { isValid: false, response: respond(h, refusal) }
    } catch (error) {
      // @hapi/jwt would answer 401 and tell the client the message. From here, hapi gets the error itself.
      const prepare = () => Promise.reject(error)
      return { isValid: false, response: request.generateResponse(null, { variety: 'error', prepare }) }
    }
  }
}

/**
 * For `server.ext('onPreResponse', answerErrors())`: gives the refusals of this library and of the `jwt` scheme of @hapi/jwt their status,
 * headers and body. Every other response is left alone, and so is a `WWW-Authenticate` that names another scheme as well.
 */
export function answerErrors({ onUnavailable }: AnswerErrorsOptions = {}): Lifecycle.Method {
  return (request, h) => {
    const { response } = request
    if (!(response instanceof Error)) return h.continue
    const problem = problemOf(response) ?? problemOfHapiJwt(response, request)
    if (problem === undefined) return h.continue
    if (problem === 'unavailable') onUnavailable?.(response, request)
    return respond(h, refusalFor(problem))
  }
}

/**
 * Serves an endpoint, such as `logoutEndpoint` or those of `@revoked/http/oauth`, as the handler of a route with `auth: false`. With `method: '*'` the endpoint itself answers
 * the methods that it does not allow.
 */
export function serve(endpoint: Endpoint): Lifecycle.Method {
  return async (request, h) => {
    const authorization = authorizationOf(request)
    const method = request.method.toUpperCase()
    const header = headerIn(request.headers)
    const form = async () => (isForm(header('content-type')) ? request.payload : undefined)
    return respond(h, await endpoint({ method, authorization, header, form }))
  }
}

function authorizationOf({ headers }: Request): string | undefined {
  const { authorization } = headers
  return typeof authorization === 'string' ? authorization : undefined
}

function respond(h: ResponseToolkit, { status, headers, setCookie = [], body }: Answer): ResponseObject {
  // A copy, as extensions may write into it.
  const response = h.response(body && { ...body }).code(status)
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  for (const value of setCookie) response.header('Set-Cookie', value, { append: true })
  return response
}

/** Nobody is let in as a guest because the store is away. */
function endsEveryMode({ status }: Answer): boolean {
  return status === 503
}

/** hapi's credentials are claims of any kind; its type lists three of its own. */
function asCredentials(claims: object): Record<string, unknown> {
  return claims as Record<string, unknown>
}

/**
 * Boom without its package: hapi sends `output`. By `isMissing` hapi goes on, to the next strategy or unauthenticated; where there is
 * nothing to go on to, it would answer in its own words.
 */
function asBoom(answer: Answer, request: Request): Error {
  const { status, headers, body } = answer
  return Object.assign(new Error(String(body?.['error_description'])), {
    isBoom: true,
    isServer: status >= 500,
    isMissing: answer === refusalFor('missing') && !isLastResort(request),
    output: { statusCode: status, headers: { ...headers }, payload: { ...body } },
  })
}

/** Whether the route requires this strategy and no other one. */
function isLastResort({ server, route, auth }: Request): boolean {
  // Part of hapi's documented interface, not of its types.
  const { lookup } = server.auth as unknown as { lookup(route: unknown): { strategies?: readonly string[] } | false }
  const settings = lookup(route)
  return auth.mode === 'required' && settings !== false && settings.strategies?.length === 1
}

/** Of the errors of @hapi/jwt 3. */
function problemOfHapiJwt(error: Extract<Request['response'], Error>, request: Request): Problem | undefined {
  const { auth } = request
  const { message } = error
  const challenge = String(error.output.headers['WWW-Authenticate'])
  // A token that fits none of its keys is a missing one to @hapi/jwt.
  if (message === 'Missing authentication' && challenge === 'Bearer')
    return readBearer(authorizationOf(request)).problem ?? 'invalid'
  if (auth.error !== error) return undefined
  if (message === 'Failed to obtain keys') return 'unavailable'
  if (!challenge.startsWith('Bearer ')) return undefined
  if (message === 'Bad HTTP authentication header format') return 'malformed'
  // What it leaves behind tells its refusals from those of other schemes.
  if (auth.artifacts?.['decoded'] === undefined) return undefined
  return message === 'Token expired' || message === 'Token maximum age exceeded' ? 'expired' : 'invalid'
}
