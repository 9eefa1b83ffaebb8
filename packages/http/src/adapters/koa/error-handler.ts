import type { Context, Middleware } from 'koa'
import { assertHooks, type RefusalHooks } from '../../bearer/guard-options.ts'
import { problemOf } from '../../bearer/refusals.ts'
import { refuse } from '../../bearer/refuse.ts'
import { isRefusal, problemOfKoaJwt } from './problem-of-koa-jwt.ts'
import { send } from './send.ts'

/**
 * Options for {@link errorHandler}.
 *
 * @example
 * ```ts
 * import { errorHandler, type ErrorHandlerOptions } from '@revoked/http/koa'
 *
 * const options: ErrorHandlerOptions = { onUnavailable: (error, { path }) => console.error(path, error) }
 * const middleware = errorHandler(options)
 * ```
 */
export type ErrorHandlerOptions = RefusalHooks<Context>

/**
 * Creates middleware that goes before koa-jwt and gives the refusals of this library and of koa-jwt
 * their status, headers and body. Every other error is thrown on.
 *
 * With koa-jwt's option `passthrough`, an outage replaces what the request was answered without a
 * user: a handler that looks for one would have told the client that it is logged out.
 *
 * @example
 * ```ts
 * import { errorHandler } from '@revoked/http/koa'
 * import Koa from 'koa'
 *
 * const app = new Koa()
 * app.use(errorHandler()) // In front of everything that refuses.
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function errorHandler(options: ErrorHandlerOptions = {}): Middleware {
  assertHooks(options)
  return async (context, next) => {
    const before = context.response.headers
    try {
      await next()
      const swallowed = swallowedOutage(context)
      if (swallowed !== undefined) throw swallowed
    } catch (error) {
      if (context.headerSent) throw error
      const cause = causeOf(error, context)
      const refusal = refuse(cause, context, options, problemOf(cause) ?? problemOfKoaJwt(error, context))
      if (refusal === undefined) throw error
      // What a handler set was for its own answer: a cookie, a lifetime in caches.
      if (cause === swallowedOutage(context)) keepOnly(before, context)
      send(context, refusal)
    }
  }
}

function keepOnly(headers: Readonly<Record<string, unknown>>, context: Context): void {
  for (const name of Object.keys(context.response.headers)) if (!(name in headers)) context.remove(name)
}

/** Returns why koa-jwt let a request go on without a user, if the reason is an outage. */
function swallowedOutage({ state }: Context): unknown {
  const error: unknown = state['jwtOriginalError']
  return problemOf(error) === 'unavailable' ? error : undefined
}

/** koa-jwt wraps what it caught in its own refusal, or lets a handler miss the user and refuse. */
function causeOf(error: unknown, context: Context): unknown {
  if (!isRefusal(error)) return error
  return swallowedOutage(context) ?? error.originalError ?? error
}
