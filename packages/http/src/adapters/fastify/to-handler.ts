import type { RouteHandlerMethod } from 'fastify'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { readParsedForm } from '../../endpoints/request-body.ts'
import { unparsed } from '../../endpoints/web-body.ts'
import { askWebHandler, isWebHandler, type WebHandler } from '../../endpoints/web-handler.ts'
import { send } from './send.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`, or a handler of the Fetch Standard, such as that of `@revoked/console`.
 * Register an endpoint outside of a guarded scope, with a parser of forms: that of
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
export function toHandler(endpoint: Endpoint | WebHandler): RouteHandlerMethod {
  if (isWebHandler(endpoint)) return serveWeb(endpoint)
  return async (request, reply) => {
    const { method, headers, body } = request
    const form = () => readParsedForm(headers['content-type'], body)
    const header = headerIn(headers)
    return send(reply, await endpoint({ method, authorization: headers.authorization, header, form }))
  }
}

function serveWeb(handler: WebHandler): RouteHandlerMethod {
  return async (request, reply) => {
    const { method, originalUrl: path, headers: fields } = request
    const read = async () => unparsed(request.body, fields['content-type'])
    const parts = { method, path, headers: fields, body: read, context: request }
    const { status, headers, setCookie, body } = await askWebHandler(handler, parts)
    reply.code(status).headers(headers)
    if (setCookie.length > 0) reply.header('Set-Cookie', [...setCookie])
    return reply.send(body.length > 0 ? body : undefined)
  }
}
