import type { Answer } from '../bearer/answer.ts'

/**
 * What an endpoint reads of a request. The adapter of each framework makes one.
 *
 * @example
 * ```ts
 * import type { EndpointRequest } from '@revoked/http'
 *
 * const isForm = ({ header }: EndpointRequest): boolean =>
 *   header('content-type')?.startsWith('application/x-www-form-urlencoded') === true
 * ```
 */
export interface EndpointRequest {
  readonly method: string
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  /** Returns a header field by its name, whatever the case. */
  readonly header: (name: string) => string | undefined
  /**
   * Reads the body of an `application/x-www-form-urlencoded` request, of up to 100 KiB: an object,
   * or `URLSearchParams`. `undefined` for a longer body, or one of another type. Nothing is read
   * before it is called, and endpoints that need no body do not call it.
   */
  readonly form: () => Promise<unknown>
}

/**
 * An endpoint that any framework can serve, by the `serve` of its adapter.
 *
 * @example
 * ```ts
 * import type { Endpoint } from '@revoked/http'
 *
 * // Counts the requests of any endpoint.
 * const counted = (endpoint: Endpoint, count: () => void): Endpoint => (request) => {
 *   count()
 *   return endpoint(request)
 * }
 * ```
 */
export type Endpoint = (request: EndpointRequest) => Promise<Answer>

/**
 * Endpoints take POST only: tokens in a query would end up in logs (RFC 7009, section 2.1; RFC
 * 7662, section 2.1).
 */
export const methodNotAllowed: Answer = {
  status: 405,
  headers: { 'Cache-Control': 'no-store', Allow: 'POST' },
  body: { error: 'invalid_request', error_description: 'The method must be POST' },
}

/** Header fields as Node and its frameworks have them: by names in lower case. */
export type HeaderFields = Readonly<Record<string, unknown>>

/** Creates the `header` function of a request. */
export function headerIn(fields: HeaderFields): EndpointRequest['header'] {
  return (name) => {
    const value = fields[name.toLowerCase()]
    // Node joins most fields by itself, cookies with a semicolon.
    if (Array.isArray(value)) return value.join(', ')
    return typeof value === 'string' ? value : undefined
  }
}
