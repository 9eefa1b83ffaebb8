import type { RouteHandlerMethod } from 'fastify'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { isForm } from '../../endpoints/request-body.ts'
import { send } from './send.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`. Goes with `@fastify/formbody`, and outside of a guarded scope.
 */
export function toHandler(endpoint: Endpoint): RouteHandlerMethod {
  return async (request, reply) => {
    const { method, headers, body } = request
    const form = async () => (isForm(headers['content-type']) ? body : undefined)
    const header = headerIn(headers)
    return send(reply, await endpoint({ method, authorization: headers.authorization, header, form }))
  }
}
