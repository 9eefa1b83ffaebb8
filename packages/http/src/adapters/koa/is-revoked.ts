import { assertAllowed, type Revocation } from '@revoked/core'
import type { Context } from 'koa'
import { createChecker, isDegraded } from '../../bearer/claims-guard.ts'
import type { GuardOptions } from '../../bearer/guard-options.ts'
import { assertKnownOptions, checkOptionNames } from '../../bearer/known-options.ts'

/**
 * Options for {@link isRevoked}.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { failOpenForReads } from '@revoked/http'
 * import { isRevoked, type IsRevokedOptions } from '@revoked/http/koa'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: IsRevokedOptions = { failPolicy: failOpenForReads }
 * const hook = isRevoked(createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }), options)
 * ```
 */
export type IsRevokedOptions = Pick<GuardOptions<Context>, 'failPolicy'>

/**
 * Creates the `isRevoked` of koa-jwt. `context.state.degraded` is set as by `requireToken`. Put
 * `errorHandler` in front of koa-jwt: alone, koa-jwt answers 401 while the store is unavailable,
 * and with its option `passthrough` the request goes on without a user.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { isRevoked } from '@revoked/http/koa'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * // jwt({ secret, isRevoked: hook })
 * const hook = isRevoked(revocation)
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function isRevoked(
  revocation: Revocation,
  options: IsRevokedOptions = {},
): (context: Context, claims: unknown) => Promise<boolean> {
  assertKnownOptions(options, checkOptionNames)
  const check = createChecker(revocation, options)
  return async (context, claims) => {
    const verdict = await check(context, claims)
    if (verdict.status === 'revoked') return true
    assertAllowed(verdict)
    context.state['degraded'] = isDegraded(verdict)
    return false
  }
}
