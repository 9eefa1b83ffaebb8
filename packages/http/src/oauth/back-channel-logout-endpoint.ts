import type { LogoutTokens } from '@revoked/jose'
import { type Endpoint, methodNotAllowed } from '../endpoint.ts'
import { answerOutages, type OutageOptions } from '../outages.ts'
import { problemOf } from '../refusals.ts'
import { done, refuse, unavailable } from './answers.ts'
import { readForm } from './form.ts'

/** What {@link backChannelLogoutEndpoint} takes. */
export interface BackChannelLogoutEndpointOptions extends OutageOptions {
  /** From `createLogoutTokens` of `@revoked/jose`. */
  readonly logoutTokens: Pick<LogoutTokens, 'redeem'>
  /** Told of every logout token that was refused, and why: its `message` names the rule, and nothing of the token. For logs. */
  readonly onRefused?: (error: unknown) => void
}

/**
 * A failed logout is a 400, whatever it failed of (section 2.8): a 503, fit for an outage, is not among the answers. `error` and
 * `Retry-After` tell the difference to a provider that tries again.
 */
const outage = unavailable(400, 'The logout failed; it may be tried again')

const invalid = refuse('invalid_request', 'The logout token is not valid')

/**
 * The back-channel logout URI of a client (OpenID Connect Back-Channel Logout 1.0): the provider posts a logout token, and the session or
 * the subject that it names is logged out.
 *
 * Answers 200 once that is stored, and 400 in every other case: `invalid_request` for a token that is not valid or was redeemed before,
 * `temporarily_unavailable` while the store or the keys of the provider are away. The provider needs no authentication but its signature.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { serve } from '@revoked/http/express'
 * import { backChannelLogoutEndpoint } from '@revoked/http/oauth'
 * import { createLogoutTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import express from 'express'
 * import { createRemoteJWKSet } from 'jose'
 *
 * const logoutTokens = createLogoutTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'our-client-id',
 *   algorithms: ['RS256'],
 *   keys: { publicKey: createRemoteJWKSet(new URL('https://login.example/jwks')) },
 * })
 *
 * const app = express()
 * app.use('/oidc', express.urlencoded())
 * app.all('/oidc/back-channel-logout', serve(backChannelLogoutEndpoint({ logoutTokens, onRefused: console.warn })))
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function backChannelLogoutEndpoint(options: BackChannelLogoutEndpointOptions): Endpoint {
  const { logoutTokens, onRefused } = options
  if (typeof logoutTokens?.redeem !== 'function')
    throw new TypeError('logoutTokens must come from createLogoutTokens of @revoked/jose.')
  if (onRefused !== undefined && typeof onRefused !== 'function') throw new TypeError('onRefused must be a function.')

  const endpoint: Endpoint = async ({ method, form: body }) => {
    if (method !== 'POST') return methodNotAllowed
    const form = readForm(body)
    if (form === undefined)
      return refuse('invalid_request', 'The body must be an urlencoded form with no parameter twice')
    const logoutToken = form.get('logout_token')
    if (logoutToken === undefined) return refuse('invalid_request', 'The parameter logout_token is missing')
    try {
      await logoutTokens.redeem(logoutToken)
      return done
    } catch (error) {
      const problem = problemOf(error)
      if (problem === undefined || problem === 'unavailable') throw error
      onRefused?.(error)
      return invalid
    }
  }
  return answerOutages(endpoint, options, outage)
}
