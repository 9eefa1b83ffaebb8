import type { Duration, Revocation } from '@revoked/core'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { createClaimsGuard } from '../../bearer/claims-guard.ts'
import { beforeDeadline, readTimeout } from '../../bearer/deadline.ts'
import type { GuardOptions } from '../../bearer/guard-options.ts'
import { guardOptionNames, type OptionNames } from '../../bearer/known-options.ts'
import { problemOf } from '../../bearer/refusals.ts'
import { refuse } from '../../bearer/refuse.ts'
import { guardScope, inScope, perRoute, registerOptionNames } from './guard-scope.ts'
import { problemOfFastifyJwt } from './problem-of-fastify-jwt.ts'

/**
 * Options for {@link requireActive}.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { failOpenForReads } from '@revoked/http'
 * import type { RequireActiveOptions } from '@revoked/http/fastify'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: RequireActiveOptions = {
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   failPolicy: failOpenForReads,
 * }
 * ```
 */
export interface RequireActiveOptions extends GuardOptions<FastifyRequest> {
  readonly revocation: Revocation
  /** The `namespace` that @fastify/jwt was registered with, if any. */
  readonly namespace?: string
  /**
   * How long @fastify/jwt may take, keys that must be fetched included. The answer is 503 then.
   *
   * @default '15s'
   */
  readonly timeout?: Duration
}

const optionNames: OptionNames<RequireActiveOptions> = {
  ...guardOptionNames,
  ...registerOptionNames,
  revocation: true,
  namespace: true,
  timeout: true,
}

/**
 * A plugin for users of @fastify/jwt, 9 or 10, that is registered after it and guards the scope
 * where it is registered, as `requireToken` does. It calls `request.jwtVerify()` itself, then looks
 * for a revocation. `request.user` is what @fastify/jwt makes it, by `formatUser` or under another
 * `decoratorName` too, and the payload is in `request.auth`.
 *
 * It verifies even if a hook before it has, so that the claims that are checked are those of the
 * token that was verified. Not supported: @fastify/jwt with other names for `jwtVerify` and
 * `jwtDecode`.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireActive, withAuth } from '@revoked/http/fastify'
 * import { memoryStore } from '@revoked/store-memory'
 * import fastify from 'fastify'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * const app = fastify()
 * app.register(async (scope) => {
 *   await scope.register(requireActive, { revocation }) // After @fastify/jwt.
 *   scope.get('/me', withAuth(async ({ auth }) => auth))
 * })
 * ```
 *
 * @throws TypeError or RangeError for wrong options, or without @fastify/jwt, out of `app.ready()`.
 */
export const requireActive: FastifyPluginAsync<RequireActiveOptions> = inScope(async (app, options) => {
  const { revocation, namespace, timeout = '15s' } = options
  const timeoutMs = readTimeout(timeout)
  const [verify, decode] =
    namespace === undefined ? ['jwtVerify', 'jwtDecode'] : [`${namespace}JwtVerify`, `${namespace}JwtDecode`]
  if (!app.hasRequestDecorator(verify) || !app.hasRequestDecorator(decode))
    throw new TypeError(`Register @fastify/jwt before requireActive: there is no request.${verify}().`)
  const guardOf = perRoute(options, (guardOptions) => createClaimsGuard(revocation, guardOptions, optionNames))

  guardScope(app, async (request) => {
    // Neither is typed here, as @fastify/jwt is no dependency.
    const jwt = request as unknown as Record<string, (options?: unknown) => Promise<unknown>>
    try {
      await beforeDeadline(timeoutMs, Promise.resolve(jwt[verify]?.()))
    } catch (error) {
      const refusal = refuse(error, request, options, problemOf(error) ?? problemOfFastifyJwt(error, request))
      if (refusal === undefined) throw error
      return { refusal }
    }
    // What jwtVerify resolves to went through formatUser. Both find the same token.
    const payload = await jwt[decode]?.({ decode: { complete: false } })
    return await guardOf(request)(request, payload)
  })
})
