import type { Endpoint } from '../../endpoints/endpoint.ts'
import { readWebForm } from '../../endpoints/request-body.ts'
import { isWebHandler, type WebHandler } from '../../endpoints/web-handler.ts'
import { toResponse } from './to-response.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`, or a handler of the Fetch Standard, such as that of `@revoked/console`. It
 * rejects with a `TypeError` if something has read the body of a form
 * before.
 *
 * @example
 * ```ts
 * import type { Endpoint } from '@revoked/http'
 * import { toHandler } from '@revoked/http/fetch'
 *
 * const serve = (endpoint: Endpoint) => {
 *   const logOut = toHandler(endpoint)
 *   return (request: Request) =>
 *     new URL(request.url).pathname === '/logout' ? logOut(request) : new Response(null, { status: 404 })
 * }
 * ```
 */
export function toHandler(endpoint: Endpoint | WebHandler): (request: Request) => Promise<Response> {
  if (isWebHandler(endpoint)) return async (request) => await endpoint.fetch(request)
  return async (request) => {
    const { method, headers } = request
    const header = (name: string) => headers.get(name) ?? undefined
    const form = () => readWebForm(request)
    return toResponse(await endpoint({ method, authorization: header('authorization'), header, form }))
  }
}
