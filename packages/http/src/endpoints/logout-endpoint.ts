import type { Answer } from '../bearer/answer.ts'
import { BearerTokenError } from '../bearer/bearer-token-error.ts'
import type { OptionNames } from '../bearer/known-options.ts'
import { readBearer } from '../bearer/read-bearer.ts'
import { codeOf, type Problem, problemOf, refusalFor } from '../bearer/refusals.ts'
import { createEndpoint, type EndpointOptions, endpointOptionNames } from './create-endpoint.ts'
import type { Endpoint, EndpointRequest } from './endpoint.ts'
import type { EndsSessions } from './ports.ts'
import { isUnusable } from './unusable.ts'

/**
 * Options for {@link logoutEndpoint}.
 *
 * @example
 * ```ts
 * import type { LogoutEndpointOptions } from '@revoked/http'
 *
 * const options = (tokens: LogoutEndpointOptions['tokens']): LogoutEndpointOptions => ({
 *   tokens,
 *   setCookie: ['refresh=; Path=/refresh; HttpOnly; Secure; SameSite=Strict; Max-Age=0'],
 * })
 * ```
 */
export interface LogoutEndpointOptions extends EndpointOptions {
  /** From one of the factories of `@revoked/jose`; verification is enough. */
  readonly tokens: EndsSessions
  /**
   * Returns the tokens that the request presents beside the `Authorization` header, such as those
   * of its cookies. The sessions of all of them end.
   */
  readonly getToken?: (request: EndpointRequest) => GivenTokens | Promise<GivenTokens>
  /**
   * Values of `Set-Cookie` that delete the cookies of the session. They are sent with every answer
   * but that of an outage: the client needs its token to log out again.
   */
  readonly setCookie?: readonly string[]
}

/** One token, several, or none. */
type GivenTokens = string | readonly (string | undefined)[] | undefined

const reason = 'logout'

const optionNames: OptionNames<LogoutEndpointOptions> = {
  ...endpointOptionNames,
  tokens: true,
  getToken: true,
  setCookie: true,
}

/**
 * Creates a logout endpoint: ends the session of the bearer token, refresh tokens included. A token
 * that has expired or was revoked before ends its session as well, so do not put `requireToken` in
 * front of it. A token without `sid` is revoked by itself.
 *
 * Answers 204 once that is stored, 400 or 401 if the request presents no token of ours, and 503 if
 * the store is unavailable. If a request presents several tokens (a cookie and a header), it is
 * answered 204 only if none of them passes any more.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { logoutEndpoint } from '@revoked/http'
 * import { toHandler } from '@revoked/http/express'
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
 * app.post('/logout', toHandler(logoutEndpoint({ tokens })))
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function logoutEndpoint(options: LogoutEndpointOptions): Endpoint {
  const { tokens, getToken = () => undefined, setCookie = [] } = options
  if (typeof tokens?.inspect !== 'function' || typeof tokens.endSession !== 'function')
    throw new TypeError('tokens must come from a factory of @revoked/jose, such as createRevocableTokens.')
  if (typeof getToken !== 'function') throw new TypeError('getToken must be a function.')
  if (!Array.isArray(setCookie) || !setCookie.every((value) => typeof value === 'string'))
    throw new TypeError('setCookie must be an array of strings.')
  const over = withCookies({ status: 204, headers: { 'Cache-Control': 'no-store' } }, setCookie)

  return createEndpoint(options, {
    optionNames,
    outage: refusalFor('unavailable'),
    respond: async (request, { refused }) => {
      const found = readBearer(request.authorization)
      const given = new Set([found.token, await getToken(request)].flat().filter(isToken))
      if (given.size === 0) {
        const problem = found.problem ?? 'missing'
        refused(new BearerTokenError(problem === 'missing' ? 'ERR_TOKEN_MISSING' : 'ERR_TOKEN_MALFORMED'))
        return withCookies(refusalFor(problem), setCookie)
      }
      const errors = await endAll([...given], tokens)
      for (const error of errors) refused(error)
      const problem = problemOfAll(errors, given.size)
      return problem === undefined ? over : withCookies(refusalFor(problem), setCookie)
    },
  })
}

/**
 * Ends the sessions of the tokens, every one of them even if another fails.
 *
 * @returns why tokens were refused.
 * @throws the first error that is no refusal.
 */
async function endAll(given: readonly string[], tokens: EndsSessions): Promise<readonly unknown[]> {
  const results = await Promise.allSettled(given.map((token) => end(token, tokens)))
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const failure = errors.find((error) => !isRefusal(error))
  if (failure !== undefined) throw failure
  return errors
}

async function end(token: string, tokens: EndsSessions): Promise<void> {
  const inspected = await tokens.inspect(token)
  if (inspected.claims.sid === undefined) await tokens.revoke(inspected, { reason })
  else await tokens.endSession(inspected, { reason })
}

/** A token that passes nowhere needs no logout if another one was logged out. */
function problemOfAll(errors: readonly unknown[], given: number): Problem | undefined {
  const error = errors.length < given ? errors.find((candidate) => !isUnusable(candidate)) : errors[0]
  return error === undefined ? undefined : (problemOf(error) ?? 'invalid')
}

/** An authentic token without `sid` and `jti` cannot be logged out, and must not become a 500. */
function isRefusal(error: unknown): boolean {
  const problem = problemOf(error)
  return (problem !== undefined && problem !== 'unavailable') || codeOf(error) === 'ERR_UNIDENTIFIABLE_TOKEN'
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function withCookies(answer: Answer, setCookie: readonly string[]): Answer {
  if (setCookie.length === 0) return answer
  return { ...answer, setCookie }
}
