import type { FailDecision } from '@revoked/core'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

interface WithMethod {
  readonly method: string
}

/**
 * Decides as a `failPolicy`: while the store is unavailable, reads pass and writes are refused. For
 * every adapter: it takes requests, and the contexts of Koa and Hono. Reads are the safe methods
 * (RFC 9110, section 9.2.1).
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { failOpenForReads } from '@revoked/http'
 * import { requireToken } from '@revoked/http/express'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
 * })
 * const middleware = requireToken({ tokens, failPolicy: failOpenForReads })
 * ```
 */
export function failOpenForReads(request: WithMethod | { readonly req: WithMethod }): FailDecision {
  const { method } = 'req' in request ? request.req : request
  return safeMethods.has(method.toUpperCase()) ? 'open' : 'closed'
}
