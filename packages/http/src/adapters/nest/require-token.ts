import type { RequireTokenOptions as SharedOptions } from '../../bearer/guard-options.ts'
import { type OptionNames, requireTokenNames } from '../../bearer/known-options.ts'
import { createTokenGuard } from '../../bearer/token-guard.ts'
import { authorizationOf } from './carrier-of.ts'
import { createGuard, type Guard, type GuardedRequest, type ToException } from './guard.ts'

/**
 * Options for {@link requireToken}.
 *
 * @example
 * ```ts
 * import type { VerifiesTokens } from '@revoked/http'
 * import type { RequireTokenOptions } from '@revoked/http/nest'
 *
 * // A gateway whose clients send the token in their first message.
 * const options = (tokens: VerifiesTokens): RequireTokenOptions<{ token?: string }> => ({
 *   tokens,
 *   getToken: ({ token }) => token,
 * })
 * ```
 */
export interface RequireTokenOptions<Request = GuardedRequest> extends SharedOptions<Request> {
  /** Default: an `HttpException` with the status and the body. */
  readonly toException?: ToException
}

const optionNames: OptionNames<RequireTokenOptions<never>> = { ...requireTokenNames, toException: true }

/**
 * Creates a guard that lets a request pass if its token is valid and not revoked, with the claims
 * in `request.user` and whether it passed unchecked in `request.degraded`. For HTTP on Express and
 * on Fastify, for GraphQL, and for gateways. A gateway of `@nestjs/platform-ws` needs `getToken`:
 * its clients have no headers.
 *
 * It refuses every other request with an `HttpException` of status 400, 401 or 503, whose response
 * is the body, and sets the headers. An exception filter that answers in another form changes the
 * body only. Handlers with `@Public()` are let pass.
 *
 * @example
 * ```ts
 * import { APP_GUARD } from '@nestjs/core'
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/nest'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
 * })
 *
 * export const provider = { provide: APP_GUARD, useFactory: () => requireToken({ tokens }) }
 * ```
 *
 * @throws TypeError or RangeError for wrong options; out of the guard, for other contexts.
 */
export function requireToken<Request extends object = GuardedRequest>(options: RequireTokenOptions<Request>): Guard {
  const guard = createTokenGuard(options, optionNames)
  return createGuard<Request>(async (carrier) => {
    const admission = await guard(carrier, authorizationOf(carrier))
    if (admission.refusal === undefined) Object.assign(carrier, { user: admission.claims })
    return admission
  }, options.toException)
}
