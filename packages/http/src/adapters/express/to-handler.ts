import type { RequestHandler } from 'express'
import { asError } from '../../bearer/as-error.ts'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { readNodeForm } from '../../endpoints/request-body.ts'
import { readNodeBody } from '../../endpoints/web-body.ts'
import { askWebHandler, isWebHandler, type WebHandler } from '../../endpoints/web-handler.ts'
import { send } from './send.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`, or a handler of the Fetch Standard, such as that of `@revoked/console`. It
 * reads forms itself, unless `express.urlencoded()` has.
 *
 * @example
 * ```ts
 * import type { Endpoint } from '@revoked/http'
 * import { toHandler } from '@revoked/http/express'
 * import express from 'express'
 *
 * const app = express()
 * const serve = (endpoint: Endpoint) => app.post('/logout', toHandler(endpoint))
 * ```
 */
export function toHandler(endpoint: Endpoint | WebHandler): RequestHandler {
  if (isWebHandler(endpoint)) return serveWeb(endpoint)
  return (request, response, next) => {
    const { method, headers } = request
    const form = () => readNodeForm(request, headers['content-type'], request.body)
    endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form })
      .then((answer) => send(response, answer))
      .catch((thrown: unknown) => next(asError(thrown)))
  }
}

function serveWeb(handler: WebHandler): RequestHandler {
  return (request, response, next) => {
    const { method, originalUrl: path, headers } = request
    const body = () => readNodeBody(request, headers['content-type'], request.body)
    askWebHandler(handler, { method, path, headers, body, context: request })
      .then(({ status, headers, setCookie, body }) => {
        response.status(status)
        // Not `set`, which adds a charset.
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
        if (setCookie.length > 0) response.append('Set-Cookie', [...setCookie])
        response.end(body)
      })
      .catch((thrown: unknown) => next(asError(thrown)))
  }
}
