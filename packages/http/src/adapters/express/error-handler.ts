import type { ErrorRequestHandler, Request } from 'express'
import { assertHooks, type RefusalHooks } from '../../bearer/guard-options.ts'
import { codeOf, type Problem, problemOf } from '../../bearer/refusals.ts'
import { refuse } from '../../bearer/refuse.ts'
import { send } from './send.ts'

/**
 * Options for {@link errorHandler}.
 *
 * @example
 * ```ts
 * import { errorHandler, type ErrorHandlerOptions } from '@revoked/http/express'
 *
 * const options: ErrorHandlerOptions = { onUnavailable: (error, { path }) => console.error(path, error) }
 * const handler = errorHandler(options)
 * ```
 */
export type ErrorHandlerOptions = RefusalHooks<Request>

/**
 * Creates an error handler that gives the refusals of this library and of express-jwt their status,
 * headers and body. Every other error goes to the next error handler.
 *
 * @example
 * ```ts
 * import { errorHandler } from '@revoked/http/express'
 * import express from 'express'
 *
 * const app = express()
 * app.get('/', (_, response) => void response.send('hello'))
 * app.use(errorHandler()) // Behind all routes.
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function errorHandler(options: ErrorHandlerOptions = {}): ErrorRequestHandler {
  assertHooks(options)
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const refusal = refuse(error, request, options, problemOf(error) ?? problemOfExpressJwt(error))
    if (refusal === undefined) next(error)
    else send(response, refusal)
  }
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
