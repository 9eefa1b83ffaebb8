import type { Context, ErrorHandler } from 'hono'
import type { HTTPException } from 'hono/http-exception'
import { assertHooks, type RefusalHooks } from '../../bearer/guard-options.ts'
import { hookNames, type OptionNames } from '../../bearer/known-options.ts'
import { readBearer } from '../../bearer/read-bearer.ts'
import { type Problem, problemOf } from '../../bearer/refusals.ts'
import { refuse } from '../../bearer/refuse.ts'
import { send } from './send.ts'

/**
 * Options for {@link errorHandler}.
 *
 * @example
 * ```ts
 * import { errorHandler, type ErrorHandlerOptions } from '@revoked/http/hono'
 *
 * const options: ErrorHandlerOptions = { otherwise: (_error, c) => c.text('Something went wrong', 500) }
 * const handler = errorHandler(options)
 * ```
 */
export interface ErrorHandlerOptions extends RefusalHooks<Context> {
  /**
   * Answers every other error: your own error handler. Default: as Hono does if an app has none.
   */
  readonly otherwise?: ErrorHandler
}

/**
 * Creates the handler for `app.onError`. Gives the refusals of this library and of hono/jwt their
 * status, headers and body. Every other error goes to `otherwise`.
 *
 * @example
 * ```ts
 * import { errorHandler } from '@revoked/http/hono'
 * import { Hono } from 'hono'
 *
 * const app = new Hono()
 * app.onError(errorHandler({ otherwise: (_error, c) => c.json({ error: 'Something went wrong' }, 500) }))
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function errorHandler(options: ErrorHandlerOptions = {}): ErrorHandler {
  assertHooks(options, optionNames)
  const { otherwise = answerAsHono } = options
  if (typeof otherwise !== 'function') throw new TypeError('otherwise must be a function.')
  return (error, c) => {
    const refusal = refuse(error, c, options, problemOf(error) ?? problemOfHonoJwt(error, c))
    return refusal === undefined ? otherwise(error, c) : send(c, refusal)
  }
}

const optionNames: OptionNames<ErrorHandlerOptions> = { ...hookNames, otherwise: true }

/** Hono does not export its own handler, and calls this one again with what it throws. */
const answerAsHono: ErrorHandler = (error, c) => {
  if ('getResponse' in error) {
    const response = error.getResponse()
    return c.newResponse(response.body, response)
  }
  // biome-ignore lint/suspicious/noConsole: a defect must not go unseen, and Hono logs it so.
  console.error(error)
  return c.text('Internal Server Error', 500)
}

/**
 * Returns what a refusal of hono/jwt means for the request. Its challenge tells: other code throws
 * a 401 with the message "Unauthorized" as well.
 */
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
