import type { RequireTokenOptions } from '../../bearer/guard-options.ts'
import { createTokenGuard } from '../../bearer/token-guard.ts'
import type { SubjectClaims } from '../../bearer/verifies-tokens.ts'
import { toResponse } from './to-response.ts'

/**
 * A request that may go on, with its verified claims, or the response that refuses it.
 *
 * @example
 * ```ts
 * import type { Authentication } from '@revoked/http/fetch'
 *
 * const answer = (authentication: Authentication): Response =>
 *   authentication.refusal ?? Response.json({ id: authentication.claims.sub })
 * ```
 */
export type Authentication =
  | {
      readonly claims: SubjectClaims
      /**
       * `true` if the store was unavailable and the policy let the token pass: it may have been
       * revoked.
       */
      readonly degraded: boolean
      readonly refusal?: never
    }
  | { readonly refusal: Response; readonly claims?: never; readonly degraded?: never }

/**
 * Creates the function that verifies the token of a request, for handlers that make a `Response` of
 * a `Request` (Fetch Standard), as those of Deno, Bun, Cloudflare Workers and Next.js do. A request
 * that may not go on comes with the response that refuses it: 400, 401 or 503. It rejects for
 * defects only.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/fetch'
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
 * const authenticate = requireToken({ tokens })
 *
 * export async function GET(request: Request): Promise<Response> {
 *   const { refusal, claims } = await authenticate(request)
 *   if (refusal) return refusal
 *   return Response.json({ user: claims.sub })
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function requireToken(options: RequireTokenOptions<Request>): (request: Request) => Promise<Authentication> {
  const guard = createTokenGuard(options)
  return async (request) => {
    const admission = await guard(request, request.headers.get('authorization'))
    return admission.refusal === undefined ? admission : { refusal: toResponse(admission.refusal) }
  }
}
