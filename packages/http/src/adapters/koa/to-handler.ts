import type { Middleware } from 'koa'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { readNodeForm } from '../../endpoints/request-body.ts'
import { send } from './send.ts'

/**
 * Creates the middleware that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`. It reads forms itself, unless a body parser has left them in
 * `context.request.body`, as koa-bodyparser, `@koa/bodyparser` and koa-body do.
 *
 * @example
 * ```ts
 * import type { Endpoint } from '@revoked/http'
 * import { toHandler } from '@revoked/http/koa'
 * import Koa from 'koa'
 *
 * const app = new Koa()
 * const serve = (endpoint: Endpoint) => app.use(toHandler(endpoint))
 * ```
 */
export function toHandler(endpoint: Endpoint): Middleware {
  return async (context) => {
    const { method, headers } = context
    const parsed = () => ('body' in context.request ? context.request.body : undefined)
    const form = () => readNodeForm(context.req, headers['content-type'], parsed())
    send(context, await endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form }))
  }
}
