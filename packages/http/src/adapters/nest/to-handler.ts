import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { type NodeBody, readNodeForm, readParsedForm } from '../../endpoints/request-body.ts'
import type { GuardedRequest } from './guard.ts'

/**
 * A request of Express or of Fastify, with a parsed body.
 *
 * @example
 * ```ts
 * import type { PlatformRequest } from '@revoked/http/nest'
 *
 * const bodyOf = ({ body }: PlatformRequest): object => Object(body)
 * ```
 */
export interface PlatformRequest extends GuardedRequest {
  readonly body?: unknown
}

/**
 * What is used of a response: Express and Fastify have it.
 *
 * @example
 * ```ts
 * import type { PlatformResponse } from '@revoked/http/nest'
 *
 * const noContent = (response: PlatformResponse): unknown => response.status(204).send()
 * ```
 */
export interface PlatformResponse {
  header(name: string, value: string | string[]): unknown
  status(status: number): PlatformResponse
  send(body?: unknown): unknown
}

/**
 * Creates a function that serves an endpoint, such as `logoutEndpoint` or those of
 * `@revoked/http/oauth`, out of a handler that has the request and the response: `@All('logout')
 * logOut(@Req() request, @Res() response) { return this.serveLogout(request, response) }`.
 *
 * @example
 * ```ts
 * import { All, Controller, Req, Res } from '@nestjs/common'
 * import type { Endpoint } from '@revoked/http'
 * import { type PlatformRequest, type PlatformResponse, toHandler } from '@revoked/http/nest'
 *
 * const controllerOf = (endpoint: Endpoint) => {
 *   const serve = toHandler(endpoint)
 *   @Controller()
 *   class LogoutController {
 *     @All('logout')
 *     logOut(@Req() request: PlatformRequest, @Res() response: PlatformResponse): Promise<void> {
 *       return serve(request, response)
 *     }
 *   }
 *   return LogoutController
 * }
 * ```
 */
export function toHandler(endpoint: Endpoint): (request: PlatformRequest, response: PlatformResponse) => Promise<void> {
  return async (request, response) => {
    const { method, headers } = request
    const form = () => readPlatformForm(request)
    const answer = await endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form })
    for (const [name, value] of Object.entries(answer.headers)) response.header(name, value)
    if (answer.setCookie !== undefined) response.header('Set-Cookie', [...answer.setCookie])
    // A copy, as hooks of the platform may write into it.
    response.status(answer.status).send(answer.body && { ...answer.body })
  }
}

/** Express' request is the body itself; Fastify has parsed it. */
async function readPlatformForm(request: PlatformRequest & Partial<NodeBody>): Promise<unknown> {
  const { headers, body } = request
  const contentType = headerIn(headers)('content-type')
  if (typeof request.pause === 'function') return await readNodeForm(request as NodeBody, contentType, body)
  return await readParsedForm(contentType, body)
}
