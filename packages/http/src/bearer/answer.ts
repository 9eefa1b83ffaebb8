/**
 * An answer to a client, for all frameworks. Adapters only translate it.
 *
 * @example
 * ```ts
 * import type { ServerResponse } from 'node:http'
 * import type { Answer } from '@revoked/http'
 *
 * // Sends an answer in a framework without an adapter.
 * function send(response: ServerResponse, { status, headers, body }: Answer): void {
 *   response.writeHead(status, { ...headers, 'Content-Type': 'application/json' })
 *   response.end(body === undefined ? '' : JSON.stringify(body))
 * }
 * ```
 */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Values of `Set-Cookie`, each for a header field of its own (RFC 6265, section 3). */
  readonly setCookie?: readonly string[]
  /** Sent as JSON; without it the body is empty. */
  readonly body?: Readonly<Record<string, unknown>>
}
