import type { Context, Handler } from 'hono'
import type { Endpoint } from '../../endpoints/endpoint.ts'
import { isForm, maxFormBytes, readWebForm } from '../../endpoints/request-body.ts'
import { isWebHandler, type WebHandler } from '../../endpoints/web-handler.ts'
import { send } from './send.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`, or a handler of the Fetch Standard, such as that of `@revoked/console`.
 *
 * @example
 * ```ts
 * import type { Endpoint } from '@revoked/http'
 * import { toHandler } from '@revoked/http/hono'
 * import { Hono } from 'hono'
 *
 * const app = new Hono()
 * const serve = (endpoint: Endpoint) => app.post('/logout', toHandler(endpoint))
 * ```
 */
export function toHandler(endpoint: Endpoint | WebHandler): Handler {
  if (isWebHandler(endpoint)) return async (c) => await endpoint.fetch(await unreadRequest(c), c)
  return async (c) => {
    const { method } = c.req
    const header = (name: string) => c.req.header(name)
    return send(c, await endpoint({ method, authorization: header('authorization'), header, form: () => readForm(c) }))
  }
}

/**
 * Reads the body here, because Hono's own form parsing keeps the last of two parameters with the
 * same name. If a middleware has read it, Hono holds its text.
 */
async function readForm({ req }: Context): Promise<URLSearchParams | undefined> {
  if (!req.raw.bodyUsed) return await readWebForm(req.raw)
  if (!isForm(req.header('content-type'))) return undefined
  const text = await req.text()
  return text.length > maxFormBytes ? undefined : new URLSearchParams(text)
}

/** Returns the request with its body, which Hono holds if a middleware has read it. */
async function unreadRequest({ req }: Context): Promise<Request> {
  const { raw, method } = req
  return raw.bodyUsed ? new Request(raw.url, { method, headers: raw.headers, body: await req.text() }) : raw
}
