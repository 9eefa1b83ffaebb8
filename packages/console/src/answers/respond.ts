/** Makes the responses of the console, all with the same policy. */

/** Nothing inline, nothing from elsewhere, no frames around it, and no markup made by scripts. */
const contentSecurityPolicy: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const policies: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  // Not `no-referrer`: browsers without Sec-Fetch-Site would then send `Origin: null`.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

/** What a response consists of. */
export interface Content {
  readonly status?: number
  readonly type: string
  readonly body: string | Uint8Array<ArrayBuffer>
  /** Header fields besides those of every response. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Makes a response. Without another header, nothing stores it. */
export function respond({ status = 200, type, body, headers = {} }: Content): Response {
  return new Response(body, {
    status,
    headers: { 'Cache-Control': 'no-store', 'Content-Type': type, ...policies, ...headers },
  })
}

/** Makes a response of JSON. */
export function respondJson(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return respond({ status, type: 'application/json; charset=utf-8', body: JSON.stringify(value), headers })
}

/** Makes a response that sends a browser to an address relative to its own. */
export function respondRedirect(location: string): Response {
  return new Response(null, { status: 307, headers: { ...policies, 'Cache-Control': 'no-store', Location: location } })
}

/** Makes a response of a short text, for people who see no page. */
export function respondText(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return respond({ status, type: 'text/plain; charset=utf-8', body: `${text}\n`, headers })
}
