import type { Context, MiddlewareHandler } from 'hono'
import type { RequireTokenOptions } from '../../bearer/guard-options.ts'
import { createTokenGuard } from '../../bearer/token-guard.ts'
import { guardWith, type TokenEnv } from './token-env.ts'

/**
 * Lets a request pass if its token is valid and not revoked, with the claims in
 * `c.get('jwtPayload')`. Answers every other request itself: 400, 401 or 503.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/hono'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import { Hono } from 'hono'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
 * })
 *
 * const app = new Hono()
 * app.get('/me', requireToken({ tokens }), (c) => c.json({ user: c.get('jwtPayload').sub }))
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function requireToken(options: RequireTokenOptions<Context>): MiddlewareHandler<TokenEnv> {
  const guard = createTokenGuard(options)
  return guardWith((c) => guard(c, c.req.header('authorization')))
}
