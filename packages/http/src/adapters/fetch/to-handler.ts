import type { Endpoint } from '../../endpoints/endpoint.ts'
import { readWebForm } from '../../endpoints/request-body.ts'
import { toResponse } from './to-response.ts'

/**
 * Creates the handler that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`. It rejects with a `TypeError` if something has read the body of a form
 * before.
 */
export function toHandler(endpoint: Endpoint): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method, headers } = request
    const header = (name: string) => headers.get(name) ?? undefined
    const form = () => readWebForm(request)
    return toResponse(await endpoint({ method, authorization: header('authorization'), header, form }))
  }
}
