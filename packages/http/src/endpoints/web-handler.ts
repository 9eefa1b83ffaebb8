import type { Endpoint, HeaderFields } from './endpoint.ts'
import { headerIn } from './endpoint.ts'

/**
 * A handler of the Fetch Standard, such as what `createConsole` of `@revoked/console` returns. The
 * `toHandler` of every adapter serves it.
 *
 * In front of Node's frameworks, bodies of requests have at most 1 MiB, and the body of an answer
 * is sent as a whole once it is complete.
 *
 * @example
 * ```ts
 * import type { WebHandler } from '@revoked/http'
 * import { toHandler } from '@revoked/http/express'
 * import express from 'express'
 *
 * const hello: WebHandler = { fetch: (request) => new Response(`Hello from ${new URL(request.url).pathname}`) }
 * const app = express().use('/hello', toHandler(hello))
 * ```
 */
export interface WebHandler {
  /**
   * Answers a request. The adapters of frameworks pass their own request as `context`: what other
   * middleware has left there can be read from it.
   */
  readonly fetch: (request: Request, context?: unknown) => Response | Promise<Response>
}

/** What an adapter knows of a request. */
export interface WebParts {
  readonly method: string
  /** The path with the query, as it was requested. */
  readonly path: string | undefined
  readonly headers: HeaderFields
  /** Reads the body. `undefined` if it is too long, or broken off. */
  readonly body: () => Promise<Uint8Array | string | undefined>
  /** The request of the framework. */
  readonly context: unknown
}

/** An answer that any framework can send. */
export interface WebAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly setCookie: readonly string[]
  readonly body: Uint8Array
}

const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Tells a handler of the Fetch Standard from an endpoint. */
export function isWebHandler(served: Endpoint | WebHandler): served is WebHandler {
  return 'fetch' in served
}

/** Asks a handler for its answer to a request of another framework. */
export async function askWebHandler(handler: WebHandler, parts: WebParts): Promise<WebAnswer> {
  const { method, path, headers: fields, context } = parts
  const body = withoutBody.has(method) ? undefined : await parts.body()
  if (body === undefined && !withoutBody.has(method)) return tooLong
  const init = { method, headers: headersOf(fields), ...(body !== undefined && { body: body as string }) }
  const response = await handler.fetch(new Request(urlOf(path, headerIn(fields)('host')), init), context)
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers) if (name !== 'set-cookie') headers[name] = value
  return {
    status: response.status,
    headers,
    setCookie: response.headers.getSetCookie(),
    body: new Uint8Array(await response.arrayBuffer()),
  }
}

const tooLong: WebAnswer = {
  status: 413,
  headers: { 'Cache-Control': 'no-store', Connection: 'close' },
  setCookie: [],
  body: new Uint8Array(),
}

function headersOf(fields: HeaderFields): Headers {
  const headers = new Headers()
  const value = headerIn(fields)
  // HTTP/2 has pseudo-headers, whose names begin with a colon.
  for (const name of Object.keys(fields)) if (!name.startsWith(':')) headers.set(name, value(name) ?? '')
  // The body is complete here.
  for (const name of ['connection', 'content-length', 'transfer-encoding']) headers.delete(name)
  return headers
}

/**
 * Returns the URL of a request. Node does not know the scheme behind a proxy, and anybody can send
 * any `Host`: one that is no host becomes `localhost`.
 */
function urlOf(path: string | undefined, host: string | undefined): string {
  const name = host !== undefined && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`) ? host : 'localhost'
  return `http://${name}${path?.startsWith('/') === true ? path : '/'}`
}
