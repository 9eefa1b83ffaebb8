import type { Middleware, ParameterizedContext } from 'koa'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { readNodeForm } from '../../endpoints/request-body.ts'
import { readNodeBody } from '../../endpoints/web-body.ts'
import { askWebHandler, isWebHandler, type WebHandler } from '../../endpoints/web-handler.ts'
import { send } from './send.ts'

/**
 * Creates the middleware that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`, or a handler of the Fetch Standard, such as that of `@revoked/console`. It
 * reads forms itself, unless a body parser has left them in `context.request.body`, as
 * koa-bodyparser, `@koa/bodyparser` and koa-body do.
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
export function toHandler(endpoint: Endpoint | WebHandler): Middleware {
  if (isWebHandler(endpoint)) return serveWeb(endpoint)
  return async (context) => {
    const { method, headers } = context
    const form = () => readNodeForm(context.req, headers['content-type'], parsedIn(context))
    send(context, await endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form }))
  }
}

function parsedIn({ request }: Pick<ParameterizedContext, 'request'>): unknown {
  return 'body' in request ? request.body : undefined
}

function serveWeb(handler: WebHandler): Middleware {
  return async (context) => {
    const { method, originalUrl: path, headers: fields } = context
    const read = () => readNodeBody(context.req, fields['content-type'], parsedIn(context))
    const parts = { method, path, headers: fields, body: read, context }
    const { status, headers, setCookie, body } = await askWebHandler(handler, parts)
    context.body = body.length > 0 ? Buffer.from(body) : null
    // Koa sets a status and a type for a body, so ours come after it.
    context.status = status
    context.set(headers)
    if (setCookie.length > 0) context.append('Set-Cookie', [...setCookie])
  }
}
