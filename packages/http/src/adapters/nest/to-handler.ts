import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { type NodeBody, readNodeForm, readParsedForm } from '../../endpoints/request-body.ts'
import { readNodeBody, unparsed } from '../../endpoints/web-body.ts'
import { askWebHandler, isWebHandler, type WebHandler } from '../../endpoints/web-handler.ts'
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
  readonly originalUrl?: string
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
 * `@revoked/http/oauth`, or a handler of the Fetch Standard, such as that of `@revoked/console`,
 * out of a handler that has the request and the response:
 * `@All('logout') logOut(@Req() request, @Res() response) { return this.serveLogout(request, response) }`.
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
export function toHandler(
  endpoint: Endpoint | WebHandler,
): (request: PlatformRequest, response: PlatformResponse) => Promise<void> {
  if (isWebHandler(endpoint)) return serveWeb(endpoint)
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

function serveWeb(handler: WebHandler): (request: PlatformRequest, response: PlatformResponse) => Promise<void> {
  return async (request, response) => {
    const { method, originalUrl: path, headers: fields } = request
    const parts = { method, path, headers: fields, body: () => readPlatformBody(request), context: request }
    const { status, headers, setCookie, body } = await askWebHandler(handler, parts)
    for (const [name, value] of Object.entries(headers)) response.header(name, value)
    if (setCookie.length > 0) response.header('Set-Cookie', [...setCookie])
    response.status(status).send(body.length > 0 ? Buffer.from(body) : undefined)
  }
}

async function readPlatformBody(
  request: PlatformRequest & Partial<NodeBody>,
): Promise<Uint8Array | string | undefined> {
  const contentType = headerIn(request.headers)('content-type')
  if (typeof request.pause === 'function') return await readNodeBody(request as NodeBody, contentType, request.body)
  return unparsed(request.body, contentType)
}
