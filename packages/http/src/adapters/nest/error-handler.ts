import type { NestInterceptor } from '@nestjs/common'
import { catchError } from 'rxjs'
import { assertHooks, type RefusalHooks } from '../../bearer/guard-options.ts'
import { hookNames, type OptionNames } from '../../bearer/known-options.ts'
import { refuse } from '../../bearer/refuse.ts'
import { carrierOf } from './carrier-of.ts'
import { type GuardedRequest, refused, type ToException } from './guard.ts'

/**
 * Options for {@link errorHandler}.
 *
 * @example
 * ```ts
 * import { errorHandler, type ErrorHandlerOptions } from '@revoked/http/nest'
 *
 * const options: ErrorHandlerOptions = { onUnavailable: (error) => console.error(error) }
 * const interceptor = errorHandler(options)
 * ```
 */
export interface ErrorHandlerOptions extends RefusalHooks<GuardedRequest> {
  /** Default: an `HttpException` with the status and the body. */
  readonly toException?: ToException
}

const optionNames: OptionNames<ErrorHandlerOptions> = { ...hookNames, toException: true }

/**
 * Creates an interceptor, for `@UseInterceptors`, `app.useGlobalInterceptors` and
 * `APP_INTERCEPTOR`, that gives the refusals of this library their status, headers and body if a
 * handler throws them: that of `tokens.rotate`, say. Every other error goes on.
 *
 * @example
 * ```ts
 * import { APP_INTERCEPTOR } from '@nestjs/core'
 * import { errorHandler } from '@revoked/http/nest'
 *
 * export const provider = { provide: APP_INTERCEPTOR, useFactory: () => errorHandler() }
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function errorHandler(options: ErrorHandlerOptions = {}): NestInterceptor {
  assertHooks(options, optionNames)
  const { toException = refused } = options
  return {
    intercept: (context, next) =>
      next.handle().pipe(
        catchError((error: unknown) => {
          if (!['http', 'graphql', 'ws'].includes(context.getType<string>())) throw error
          const refusal = refuse(error, carrierOf(context) as GuardedRequest, options)
          throw refusal === undefined ? error : toException(refusal, context)
        }),
      ),
  }
}
