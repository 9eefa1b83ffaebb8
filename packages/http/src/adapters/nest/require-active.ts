import type { Revocation } from '@revoked/core'
import { type ActiveGuardOptions, createActiveGuard } from '../../bearer/active-guard.ts'
import { activeGuardOptionNames, type OptionNames } from '../../bearer/known-options.ts'
import { createGuard, type Guard, type GuardedRequest, type ToException } from './guard.ts'

/**
 * Options for {@link requireActive}.
 *
 * @example
 * ```ts
 * import type { RequireActiveOptions } from '@revoked/http/nest'
 *
 * const options: RequireActiveOptions<{ user?: { claims: unknown } }> = { getClaims: ({ user }) => user?.claims }
 * ```
 */
export interface RequireActiveOptions<Request = GuardedRequest> extends ActiveGuardOptions<Request> {
  /**
   * Returns the claims of the verified token, or a promise of them.
   *
   * @default `request.user`
   */
  readonly getClaims?: (request: Request) => unknown
  /** Default: an `HttpException` with the status and the body. */
  readonly toException?: ToException
}

const optionNames: OptionNames<RequireActiveOptions<never>> = { ...activeGuardOptionNames, toException: true }

/**
 * Creates a guard behind another one that has verified the token and put its payload into
 * `request.user`, as that of @nestjs/passport does if the `validate` of the strategy returns the
 * payload: `@UseGuards(AuthGuard('jwt'), requireActive(revocation))`. It leaves `request.user` as
 * it is.
 *
 * @example
 * ```ts
 * import { APP_GUARD } from '@nestjs/core'
 * import { createRevocation } from '@revoked/core'
 * import { requireActive } from '@revoked/http/nest'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * export const provider = { provide: APP_GUARD, useFactory: () => requireActive(revocation) }
 * ```
 *
 * @throws TypeError or RangeError for wrong options; out of the guard, for contexts that are not
 *   HTTP, GraphQL or WebSocket.
 */
export function requireActive<Request extends object = GuardedRequest>(
  revocation: Revocation,
  options: RequireActiveOptions<Request> = {},
): Guard {
  return createGuard<Request>(createActiveGuard(revocation, options, userIn, optionNames), options.toException)
}

function userIn(request: object): unknown {
  return 'user' in request ? request.user : undefined
}
