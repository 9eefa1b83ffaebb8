import type { Request, ServerAuthScheme } from '@hapi/hapi'
import type { Answer } from '../../bearer/answer.ts'
import type { RequireTokenOptions } from '../../bearer/guard-options.ts'
import { refusalFor } from '../../bearer/refusals.ts'
import { assertTokenGuardOptions, createTokenGuard } from '../../bearer/token-guard.ts'
import { authorizationOf, endsEveryMode, respond } from './respond.ts'

/**
 * Creates an authentication scheme: a request is authenticated if its token is valid and not
 * revoked. The claims are in `request.auth.credentials`, and whether it passed unchecked is in
 * `request.plugins.revoked.degraded`. Every other request is refused with 400, 401 or 503. The
 * options of a strategy replace those of the scheme.
 *
 * The modes of hapi hold: `'optional'` lets requests without a token go on, `'try'` those with a
 * refused one too, unauthenticated. An outage that would refuse is 503 all the same.
 *
 * @example
 * ```ts
 * import { server as createServer } from '@hapi/hapi'
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/hapi'
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
 *
 * const server = createServer()
 * server.auth.scheme('revoked', requireToken({ tokens }))
 * server.auth.strategy('token', 'revoked')
 * server.auth.strategy('token, or none can be checked', 'revoked', { failPolicy: 'open' })
 * server.auth.default('token')
 * server.route({ method: 'GET', path: '/me', handler: ({ auth }) => ({ user: auth.credentials['sub'] }) })
 * ```
 *
 * @throws TypeError or RangeError for wrong options; for those of a strategy, when it is created.
 */
export function requireToken(
  options: RequireTokenOptions<Request>,
): ServerAuthScheme<Partial<RequireTokenOptions<Request>>> {
  assertTokenGuardOptions(options)
  return (_server, strategyOptions) => {
    const guard = createTokenGuard({ ...options, ...strategyOptions })
    return {
      authenticate: async (request, h) => {
        const admission = await guard(request, authorizationOf(request))
        const { refusal } = admission
        if (refusal === undefined) {
          request.plugins.revoked = { degraded: admission.degraded }
          return h.authenticated({ credentials: asCredentials(admission.claims) })
        }
        return endsEveryMode(refusal) ? respond(h, refusal).takeover() : h.unauthenticated(asBoom(refusal, request))
      },
    }
  }
}

/** hapi's credentials are claims of any kind; its type lists three that it uses itself. */
function asCredentials(claims: object): Record<string, unknown> {
  return claims as Record<string, unknown>
}

/**
 * Boom without its package: hapi sends `output`. If `isMissing` is set, hapi goes on to the next
 * strategy or unauthenticated; on a route without either it would answer in its own words.
 */
function asBoom(answer: Answer, request: Request): Error {
  const { status, headers, body } = answer
  return Object.assign(new Error(String(body?.['error_description'])), {
    isBoom: true,
    isServer: status >= 500,
    isMissing: answer === refusalFor('missing') && !isLastResort(request),
    output: { statusCode: status, headers: { ...headers }, payload: { ...body } },
  })
}

/** Tells whether the route requires this strategy and no other one. */
function isLastResort({ server, route, auth }: Request): boolean {
  // Part of hapi's documented interface, not of its types.
  const { lookup } = server.auth as unknown as { lookup(route: unknown): { strategies?: readonly string[] } | false }
  const settings = lookup(route)
  return auth.mode === 'required' && settings !== false && settings.strategies?.length === 1
}
