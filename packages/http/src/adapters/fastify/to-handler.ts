import type { RouteHandlerMethod } from 'fastify'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { readParsedForm } from '../../endpoints/request-body.ts'
import { send } from './send.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`. Register it outside of a guarded scope, with a parser of forms: that of
 * `@fastify/formbody`, which reads a body before the endpoint is called, or one that hands the
 * stream over, so that limit and timeout of the endpoint apply:
 * `app.addContentTypeParser( 'application/x-www-form-urlencoded', (_, body, done) => done(null, body))`.
 *
 * @example
 * ```ts
 * import type { Endpoint } from '@revoked/http'
 * import { toHandler } from '@revoked/http/fastify'
 * import fastify from 'fastify'
 *
 * const app = fastify()
 * app.addContentTypeParser('application/x-www-form-urlencoded', (_request, body, done) => done(null, body))
 * const serve = (endpoint: Endpoint) => app.post('/logout', toHandler(endpoint))
 * ```
 */
export function toHandler(endpoint: Endpoint): RouteHandlerMethod {
  return async (request, reply) => {
    const { method, headers, body } = request
    const form = () => readParsedForm(headers['content-type'], body)
    const header = headerIn(headers)
    return send(reply, await endpoint({ method, authorization: headers.authorization, header, form }))
  }
}
