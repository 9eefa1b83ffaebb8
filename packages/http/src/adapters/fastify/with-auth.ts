import type { FastifyReply, FastifyRequest, RouteGenericInterface } from 'fastify'
import type { SubjectClaims } from '../../bearer/verifies-tokens.ts'

/**
 * What `requireToken` and `requireActive` add to a request.
 *
 * @example
 * ```ts
 * import type { Authenticated } from '@revoked/http/fastify'
 *
 * const profileOf = ({ auth, degraded }: Authenticated) => ({ id: auth.sub, checked: !degraded })
 * ```
 */
export interface Authenticated {
  /** The claims of the verified token. */
  readonly auth: SubjectClaims
  /**
   * `true` if the store was unavailable and the policy let the token pass: it may have been
   * revoked.
   */
  readonly degraded: boolean
}

/**
 * Types a handler behind `requireToken` or `requireActive`: its `request.auth` has the claims. The
 * global type of requests is left alone, because other libraries declare an `auth` there as well.
 *
 * The handler that it returns throws a TypeError if no guard is in front of it.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { withAuth } from '@revoked/http/fastify'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * export const logoutEverywhere = withAuth(async (request, reply) => {
 *   await revocation.revoke({ subject: request.auth.sub })
 *   return reply.code(204).send()
 * })
 * ```
 */
export function withAuth<Route extends RouteGenericInterface = RouteGenericInterface>(
  handler: (request: Omit<FastifyRequest<Route>, 'auth'> & Authenticated, reply: FastifyReply) => unknown,
): (request: FastifyRequest<Route>, reply: FastifyReply) => Promise<unknown> {
  return async (request, reply) => {
    if (!isAuthenticated(request))
      throw new TypeError('Put requireToken or requireActive in front of a handler of withAuth.')
    return await handler(request, reply)
  }
}

function isAuthenticated<Request extends object>(request: Request): request is Request & Authenticated {
  return 'auth' in request && typeof request.auth === 'object' && request.auth !== null
}
