import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { RequireTokenOptions } from '../../bearer/guard-options.ts'
import { type OptionNames, requireTokenNames } from '../../bearer/known-options.ts'
import { createTokenGuard } from '../../bearer/token-guard.ts'
import { guardScope, inScope, perRoute, registerOptionNames } from './guard-scope.ts'

const optionNames: OptionNames<RequireTokenOptions<never>> = { ...requireTokenNames, ...registerOptionNames }

/**
 * A plugin that guards the scope where it is registered: lets a request pass if its token is valid
 * and not revoked, with the claims in `request.auth` and whether it passed unchecked in
 * `request.degraded`. Answers every other request itself: 400, 401 or 503. A route sets its own
 * policy by `config.failPolicy`.
 *
 * It is an `onRequest` hook, so it runs before the body is read. Hooks of plugins that are
 * registered before it run first: register @fastify/cors before, because a preflight request has no
 * token. A request to a guarded scope within a guarded scope must pass both.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken, withAuth } from '@revoked/http/fastify'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import { fastify } from 'fastify'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
 * })
 *
 * const app = fastify()
 * app.register(requireToken, { tokens })
 * app.get('/me', withAuth(async (request) => ({ user: request.auth.sub })))
 * app.get('/news', { config: { failPolicy: 'open' } }, async () => ({ news: [] }))
 * ```
 *
 * @throws TypeError or RangeError for wrong options, out of `app.ready()`.
 */
export const requireToken: FastifyPluginAsync<RequireTokenOptions<FastifyRequest>> = inScope(async (app, options) => {
  const guardOf = perRoute(options, (guardOptions) => createTokenGuard(guardOptions, optionNames))
  guardScope(app, (request) => guardOf(request)(request, request.headers.authorization))
})
