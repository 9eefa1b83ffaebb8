import type { Context, MiddlewareHandler } from 'hono'
import type { Admission } from '../../bearer/admission.ts'
import type { SubjectClaims } from '../../bearer/verifies-tokens.ts'
import { send } from './send.ts'

/**
 * The variables of the context behind a guard.
 *
 * @example
 * ```ts
 * import type { TokenEnv } from '@revoked/http/hono'
 * import { Hono } from 'hono'
 *
 * const app = new Hono<TokenEnv>()
 * app.get('/me', (c) => c.json({ id: c.get('jwtPayload').sub, checked: !c.get('degraded') }))
 * ```
 */
export interface TokenEnv {
  Variables: {
    /** The claims of the verified token. hono/jwt puts them there too. */
    jwtPayload: SubjectClaims
    /**
     * `true` if the store was unavailable and the policy let the token pass: it may have been
     * revoked.
     */
    degraded: boolean
  }
}

/** Creates the middleware that sets the variables, or sends the refusal. */
export function guardWith(admit: (c: Context<TokenEnv>) => Promise<Admission>): MiddlewareHandler<TokenEnv> {
  return async (c, next) => {
    const admission = await admit(c)
    if (admission.refusal !== undefined) return send(c, admission.refusal)
    c.set('jwtPayload', admission.claims)
    c.set('degraded', admission.degraded)
    return await next()
  }
}
