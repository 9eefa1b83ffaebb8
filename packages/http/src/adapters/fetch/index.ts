import type { Answer } from '../../bearer/answer.ts'
import { createTokenGate, type GateOptions, type TokenClaims, type TokenGateOptions } from '../../bearer/gate.ts'
import { problemOf, refusalFor } from '../../bearer/refusals.ts'
import type { Endpoint } from '../../endpoints/endpoint.ts'
import { readWebForm } from '../../endpoints/request-body.ts'

/** Whether a request may go on: with its verified claims, or with the response that refuses it. */
export type Authentication =
  | {
      readonly claims: TokenClaims
      /** The store was unavailable, and the policy let the token pass: it may have been revoked. */
      readonly degraded: boolean
      readonly refusal?: never
    }
  | { readonly refusal: Response; readonly claims?: never; readonly degraded?: never }

/**
 * Verifies the token of a request, for handlers that make a `Response` of a `Request` (Fetch Standard), as those of Deno, Bun, Cloudflare
 * Workers and Next.js do. A request that may not go on comes with the response that refuses it: 400, 401 or 503. Rejects for defects only.
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
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
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
 * @throws TypeError for wrong options.
 */
export function requireToken(options: TokenGateOptions<Request>): (request: Request) => Promise<Authentication> {
  const admit = createTokenGate(options)
  return async (request) => {
    const admission = await admit(request, request.headers.get('authorization'))
    return admission.refusal === undefined ? admission : { refusal: toResponse(admission.refusal) }
  }
}

/** The options of {@link answerErrors}. */
export type AnswerErrorsOptions<Given extends Request = Request> = Pick<GateOptions<Given>, 'onUnavailable'>

/**
 * A handler that answers the refusals of this library where the given one throws them: that of `tokens.rotate`, say. Every other error
 * is thrown on. What is given beside the request is handed on.
 */
export function answerErrors<Given extends Request, Rest extends readonly unknown[]>(
  handler: (request: Given, ...rest: Rest) => Response | Promise<Response>,
  { onUnavailable }: AnswerErrorsOptions<Given> = {},
): (request: Given, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    try {
      return await handler(request, ...rest)
    } catch (error) {
      const problem = problemOf(error)
      if (problem === undefined) throw error
      if (problem === 'unavailable') onUnavailable?.(error, request)
      return toResponse(refusalFor(problem))
    }
  }
}

/**
 * Serves an endpoint, such as `logoutEndpoint` or those of `@revoked/http/oauth`. It reads the form of the request itself, up to 100 KiB; for an endpoint there is none where it is
 * longer, of another type, or broken off. Rejects with a `TypeError` where something has read the body before.
 */
export function serve(endpoint: Endpoint): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method, headers } = request
    const header = (name: string) => headers.get(name) ?? undefined
    const form = () => readWebForm(request)
    return toResponse(await endpoint({ method, authorization: header('authorization'), header, form }))
  }
}

function toResponse({ status, headers: fields, setCookie = [], body }: Answer): Response {
  const headers = new Headers(fields)
  for (const value of setCookie) headers.append('Set-Cookie', value)
  return body === undefined ? new Response(null, { status, headers }) : Response.json(body, { status, headers })
}
