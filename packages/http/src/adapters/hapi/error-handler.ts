import type { Lifecycle, Request } from '@hapi/hapi'
import { assertHooks, type RefusalHooks } from '../../bearer/guard-options.ts'
import { readBearer } from '../../bearer/read-bearer.ts'
import { type Problem, problemOf } from '../../bearer/refusals.ts'
import { refuse } from '../../bearer/refuse.ts'
import { authorizationOf, respond } from './respond.ts'

/**
 * Options for {@link errorHandler}.
 *
 * @example
 * ```ts
 * import { errorHandler, type ErrorHandlerOptions } from '@revoked/http/hapi'
 *
 * const options: ErrorHandlerOptions = { onUnavailable: (error, { path }) => console.error(path, error) }
 * const extension = errorHandler(options)
 * ```
 */
export type ErrorHandlerOptions = RefusalHooks<Request>

/**
 * Creates the extension for `server.ext('onPreResponse', errorHandler())`: gives the refusals of
 * this library and of the `jwt` scheme of @hapi/jwt their status, headers and body. Every other
 * response is left alone, and so is a `WWW-Authenticate` that names another scheme as well.
 *
 * @example
 * ```ts
 * import { server as createServer } from '@hapi/hapi'
 * import { errorHandler } from '@revoked/http/hapi'
 *
 * const server = createServer()
 * server.ext('onPreResponse', errorHandler())
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function errorHandler(options: ErrorHandlerOptions = {}): Lifecycle.Method {
  assertHooks(options)
  return (request, h) => {
    const { response } = request
    if (!(response instanceof Error)) return h.continue
    const refusal = refuse(response, request, options, problemOf(response) ?? problemOfHapiJwt(response, request))
    return refusal === undefined ? h.continue : respond(h, refusal)
  }
}

/** Returns what an error of @hapi/jwt 3 means for the request. */
function problemOfHapiJwt(error: Extract<Request['response'], Error>, request: Request): Problem | undefined {
  const { auth } = request
  const { message } = error
  const challenge = String(error.output.headers['WWW-Authenticate'])
  // For a token that fits none of its keys, @hapi/jwt answers as if there were none.
  if (message === 'Missing authentication' && challenge === 'Bearer')
    return readBearer(authorizationOf(request)).problem ?? 'invalid'
  if (auth.error !== error) return undefined
  if (message === 'Failed to obtain keys') return 'unavailable'
  if (!challenge.startsWith('Bearer ')) return undefined
  if (message === 'Bad HTTP authentication header format') return 'malformed'
  // The artifacts tell its refusals from those of other schemes.
  if (auth.artifacts?.['decoded'] === undefined) return undefined
  return message === 'Token expired' || message === 'Token maximum age exceeded' ? 'expired' : 'invalid'
}
