import type { Answer } from '../answer.ts'

/** What an endpoint reads of a request. */
export interface EndpointRequest {
  readonly method: string
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  /** The parsed body of an `application/x-www-form-urlencoded` request: an object, or `URLSearchParams`. */
  readonly form: unknown
}

/** An endpoint, such as those of `@revoked/http/oauth`, that any framework can serve: by the `serve` of its adapter. */
export type Endpoint = (request: EndpointRequest) => Promise<Answer>

/** Endpoints are posted to, always: of a query, tokens would end up in logs (RFC 7009, section 2.1; RFC 7662, section 2.1). */
export const methodNotAllowed: Answer = {
  status: 405,
  headers: { 'Cache-Control': 'no-store', Allow: 'POST' },
  body: { error: 'invalid_request', error_description: 'The method must be POST' },
}
