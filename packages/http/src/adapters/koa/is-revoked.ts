import { assertAllowed, type Revocation } from '@revoked/core'
import type { Context } from 'koa'
import { createChecker, isDegraded } from '../../bearer/claims-guard.ts'
import { assertHooks, type GuardOptions } from '../../bearer/guard-options.ts'
import { checkOptionNames } from '../../bearer/known-options.ts'
import { reportObserved } from '../../bearer/refuse.ts'

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
 *
 * `onRefused` and `onUnavailable` are called in the mode `'observe'` only: `errorHandler` reports what is
 * refused.
 */
export type IsRevokedOptions = Omit<GuardOptions<Context>, 'subject' | 'maxAge' | 'now'>

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
  assertHooks(options, checkOptionNames)
  const check = createChecker(revocation, options)
  return async (context, claims) => {
    const verdict = await check(context, claims)
    if (verdict.status === 'revoked') return true
    assertAllowed(verdict)
    if (verdict.status === 'observed') reportObserved(verdict.error, context, options)
    context.state['degraded'] = isDegraded(verdict)
    return false
  }
}
