import type { RequestHandler } from 'express'
import { asError } from '../../bearer/as-error.ts'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { readNodeForm } from '../../endpoints/request-body.ts'
import { send } from './send.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`. It reads forms itself, unless `express.urlencoded()` has.
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
export function toHandler(endpoint: Endpoint): RequestHandler {
  return (request, response, next) => {
    const { method, headers } = request
    const form = () => readNodeForm(request, headers['content-type'], request.body)
    endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form })
      .then((answer) => send(response, answer))
      .catch((thrown: unknown) => next(asError(thrown)))
  }
}
