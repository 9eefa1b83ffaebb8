import type { Revocation } from '@revoked/core'
import type { Context, MiddlewareHandler } from 'hono'
import { createClaimsGuard } from '../../bearer/claims-guard.ts'
import type { GuardOptions } from '../../bearer/guard-options.ts'
import { guardWith, type TokenEnv } from './token-env.ts'

/**
 * Lets a request pass if its token is not revoked. Goes behind hono/jwt, or anything else that puts
 * the payload of a verified token into `c.get('jwtPayload')`. A request without one is refused.
 * Answers 401 or 503 itself.
 *
 * Give hono/jwt `verification: { iat: false }`: it refuses an `iat` with a fraction for the rest of
 * that second, and `issue` stamps one if the subject was revoked in the same second. An `iat` in
 * the future is refused here.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireActive } from '@revoked/http/hono'
 * import { memoryStore } from '@revoked/store-memory'
 * import { Hono } from 'hono'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * const app = new Hono()
 * app.use(requireActive(revocation)) // Behind hono/jwt.
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function requireActive(revocation: Revocation, options?: GuardOptions<Context>): MiddlewareHandler<TokenEnv> {
  const guard = createClaimsGuard(revocation, options)
  return guardWith((c) => guard(c, c.get('jwtPayload')))
}
