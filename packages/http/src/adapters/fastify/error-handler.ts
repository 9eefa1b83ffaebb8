import type { FastifyReply, FastifyRequest } from 'fastify'
import { assertHooks, type RefusalHooks } from '../../bearer/guard-options.ts'
import { problemOf } from '../../bearer/refusals.ts'
import { refuse } from '../../bearer/refuse.ts'
import { problemOfFastifyJwt } from './problem-of-fastify-jwt.ts'
import { send } from './send.ts'

/**
 * Options for {@link errorHandler}.
 *
 * @example
 * ```ts
 * import { errorHandler, type ErrorHandlerOptions } from '@revoked/http/fastify'
 *
 * const options: ErrorHandlerOptions = { onUnavailable: (error, { log }) => log.error(error) }
 * const handler = errorHandler(options)
 * ```
 */
export type ErrorHandlerOptions = RefusalHooks<FastifyRequest>

/**
 * Creates an error handler, for `app.setErrorHandler`, that gives the refusals of this library and
 * of `@fastify/jwt` their status, headers and body if a hook or a handler throws them. Every other
 * error goes to the error handler of the scope around.
 *
 * @example
 * ```ts
 * import { errorHandler } from '@revoked/http/fastify'
 * import fastify from 'fastify'
 *
 * const app = fastify()
 * app.setErrorHandler(errorHandler())
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function errorHandler(
  options: ErrorHandlerOptions = {},
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  assertHooks(options)
  return async (error, request, reply) => {
    const refusal = refuse(error, request, options, problemOf(error) ?? problemOfFastifyJwt(error, request))
    if (refusal === undefined) throw error
    return send(reply, refusal)
  }
}
