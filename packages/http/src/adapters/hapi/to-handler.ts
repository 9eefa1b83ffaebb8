import type { Lifecycle } from '@hapi/hapi'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { isForm } from '../../endpoints/request-body.ts'
import { unparsed } from '../../endpoints/web-body.ts'
import { askWebHandler, isWebHandler, type WebHandler } from '../../endpoints/web-handler.ts'
import { authorizationOf, respond } from './respond.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`, or a handler of the Fetch Standard, such as that of `@revoked/console`, on
 * a route with `auth: false`. With `method: '*'` the endpoint itself answers the methods that it
 * does not allow.
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
export function toHandler(endpoint: Endpoint | WebHandler): Lifecycle.Method {
  if (isWebHandler(endpoint)) return serveWeb(endpoint)
  return async (request, h) => {
    const authorization = authorizationOf(request)
    const method = request.method.toUpperCase()
    const header = headerIn(request.headers)
    const form = async () => (isForm(header('content-type')) ? request.payload : undefined)
    return respond(h, await endpoint({ method, authorization, header, form }))
  }
}

function serveWeb(handler: WebHandler): Lifecycle.Method {
  return async (request, h) => {
    const { headers: fields, payload, url } = request
    const read = async () => unparsed(payload, headerIn(fields)('content-type'))
    const parts = { method: request.method.toUpperCase(), path: url.pathname + url.search, headers: fields }
    const answer = await askWebHandler(handler, { ...parts, body: read, context: request })
    const response = h.response(Buffer.from(answer.body)).code(answer.status)
    for (const [name, value] of Object.entries(answer.headers)) response.header(name, value)
    for (const value of answer.setCookie) response.header('Set-Cookie', value, { append: true })
    return response
  }
}
