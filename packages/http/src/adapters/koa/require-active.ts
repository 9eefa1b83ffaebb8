import type { Revocation } from '@revoked/core'
import type { Context, Middleware } from 'koa'
import { type ActiveGuardOptions, createActiveGuard } from '../../bearer/active-guard.ts'
import type { TokenState } from './require-token.ts'
import { send } from './send.ts'

/** Options for {@link requireActive}. */
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
