import type { Revocation } from '@revoked/core'
import type { Context, Middleware } from 'koa'
import { type ActiveGuardOptions, createActiveGuard } from '../../bearer/active-guard.ts'
import type { TokenState } from './require-token.ts'
import { send } from './send.ts'

/**
 * Options for {@link requireActive}.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireActive, type RequireActiveOptions } from '@revoked/http/koa'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: RequireActiveOptions = { getClaims: ({ state }) => state['claims'] }
 * const middleware = requireActive(createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }), options)
 * ```
 */
export interface RequireActiveOptions extends ActiveGuardOptions<Context> {
  /**
   * Returns the claims of the verified token, or a promise of them.
   *
   * @default `context.state.user`
   */
  readonly getClaims?: (context: Context) => unknown
}

/**
 * Lets a request pass if its token is not revoked. Goes behind middleware that has verified the
 * token, such as koa-jwt, and leaves `context.state.user` as it is. A request without claims is
 * refused. Answers 401 or 503 itself.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireActive } from '@revoked/http/koa'
 * import { memoryStore } from '@revoked/store-memory'
 * import Koa from 'koa'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * const app = new Koa()
 * app.use(requireActive(revocation)) // Behind koa-jwt.
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function requireActive(revocation: Revocation, options: RequireActiveOptions = {}): Middleware<TokenState> {
  const guard = createActiveGuard(revocation, options, claimsIn)
  return async (context, next) => {
    const admission = await guard(context)
    if (admission.refusal !== undefined) return send(context, admission.refusal)
    context.state.degraded = admission.degraded
    await next()
  }
}

function claimsIn({ state }: Context): unknown {
  return state['user']
}
