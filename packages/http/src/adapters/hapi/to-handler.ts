import type { Lifecycle } from '@hapi/hapi'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { isForm } from '../../endpoints/request-body.ts'
import { authorizationOf, respond } from './respond.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`, on a route with `auth: false`. With `method: '*'` the endpoint itself
 * answers the methods that it does not allow.
 *
 * @example
 * ```ts
 * import { server as createServer } from '@hapi/hapi'
 * import type { Endpoint } from '@revoked/http'
 * import { toHandler } from '@revoked/http/hapi'
 *
 * const server = createServer()
 * const serve = (endpoint: Endpoint) => server.route({ method: 'POST', path: '/logout', handler: toHandler(endpoint) })
 * ```
 */
export function toHandler(endpoint: Endpoint): Lifecycle.Method {
  return async (request, h) => {
    const authorization = authorizationOf(request)
    const method = request.method.toUpperCase()
    const header = headerIn(request.headers)
    const form = async () => (isForm(header('content-type')) ? request.payload : undefined)
    return respond(h, await endpoint({ method, authorization, header, form }))
  }
}
