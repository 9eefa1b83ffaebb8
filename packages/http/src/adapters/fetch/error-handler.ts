import { assertHooks, type RefusalHooks } from '../../bearer/guard-options.ts'
import { refuse } from '../../bearer/refuse.ts'
import { toResponse } from './to-response.ts'

/**
 * Options for {@link errorHandler}.
 *
 * @example
 * ```ts
 * import type { ErrorHandlerOptions } from '@revoked/http/fetch'
 *
 * const options: ErrorHandlerOptions = { onUnavailable: (error, { url }) => console.error(url, error) }
 * ```
 */
export type ErrorHandlerOptions<Given extends Request = Request> = RefusalHooks<Given>

/**
 * Creates a handler that answers the refusals of this library if the given one throws them: that of
 * `tokens.rotate`, say. Every other error is thrown on. Further arguments are passed on.
 *
 * @example
 * ```ts
 * import { errorHandler } from '@revoked/http/fetch'
 *
 * const refresh = (rotate: (token: string) => Promise<object>) =>
 *   errorHandler(async (request) => Response.json(await rotate(await request.text())))
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function errorHandler<Given extends Request, Rest extends readonly unknown[]>(
  handler: (request: Given, ...rest: Rest) => Response | Promise<Response>,
  options: ErrorHandlerOptions<Given> = {},
): (request: Given, ...rest: Rest) => Promise<Response> {
  assertHooks(options)
  return async (request, ...rest) => {
    try {
      return await handler(request, ...rest)
    } catch (error) {
      const refusal = refuse(error, request, options)
      if (refusal === undefined) throw error
      return toResponse(refusal)
    }
  }
}
