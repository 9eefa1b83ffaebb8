import type { Context, Middleware } from 'koa'
import type { RequireTokenOptions } from '../../bearer/guard-options.ts'
import { createTokenGuard } from '../../bearer/token-guard.ts'
import type { SubjectClaims } from '../../bearer/verifies-tokens.ts'
import { send } from './send.ts'

/**
 * The `context.state` behind a guard, for `new Koa<TokenState>()`.
 *
 * @example
 * ```ts
 * import type { TokenState } from '@revoked/http/koa'
 * import Koa from 'koa'
 *
 * const app = new Koa<TokenState>()
 * app.use(({ state, response }) => {
 *   response.body = { id: state.user.sub, checked: !state.degraded }
 * })
 * ```
 */
export interface TokenState {
  /** The claims of the verified token. koa-jwt puts them there too. */
  user: SubjectClaims
  /**
   * `true` if the store was unavailable and the policy let the token pass: it may have been
   * revoked.
   */
  degraded: boolean
}

/**
 * Lets a request pass if its token is valid and not revoked, with the claims in
 * `context.state.user`. Answers every other request itself: 400, 401 or 503.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/koa'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import Koa from 'koa'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
 * })
 *
 * const app = new Koa()
 * app.use(requireToken({ tokens })).use((context) => {
 *   context.body = { user: context.state.user.sub }
 * })
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function requireToken(options: RequireTokenOptions<Context>): Middleware<TokenState> {
  const guard = createTokenGuard(options)
  return async (context, next) => {
    const admission = await guard(context, context.headers.authorization)
    if (admission.refusal !== undefined) return send(context, admission.refusal)
    context.state.user = admission.claims
    context.state.degraded = admission.degraded
    await next()
  }
}
