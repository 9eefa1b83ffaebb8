import { BearerTokenError } from '../bearer/bearer-token-error.ts'
import { callHook } from '../bearer/call-hook.ts'
import type { OptionNames } from '../bearer/known-options.ts'
import { problemOf } from '../bearer/refusals.ts'
import { done, refuse, unavailable } from './answers.ts'
import { createEndpoint, type EndpointOptions, endpointOptionNames } from './create-endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { readForm } from './form.ts'
import type { RedeemsLogoutTokens } from './ports.ts'

/**
 * A logout that could not be stored.
 *
 * @example
 * ```ts
 * import type { LostLogout } from '@revoked/http/oauth'
 *
 * const line = ({ receivedAt, error }: LostLogout): string =>
 *   `a logout of ${new Date(receivedAt).toISOString()} is not stored: ${String(error)}`
 * ```
 */
export interface LostLogout {
  /**
   * What the provider sent. It may be unverified, and from somebody else, after the timeout or if
   * `error.code` is `ERR_KEYS_UNAVAILABLE`; `recover` verifies it in any case.
   */
  readonly logoutToken: string
  /** In ms since the epoch. */
  readonly receivedAt: number
  readonly error: unknown
}

/**
 * Options for {@link backChannelLogoutEndpoint}.
 *
 * @example
 * ```ts
 * import type { BackChannelLogoutEndpointOptions, LostLogout } from '@revoked/http/oauth'
 * import type { LogoutTokens } from '@revoked/jose'
 *
 * const options = (logoutTokens: LogoutTokens, queue: LostLogout[]): BackChannelLogoutEndpointOptions => ({
 *   logoutTokens,
 *   onLost: (lost) => queue.push(lost), // Providers do not send it again.
 * })
 * ```
 */
export interface BackChannelLogoutEndpointOptions extends EndpointOptions {
  /** From `createLogoutTokens` of `@revoked/jose`. */
  readonly logoutTokens: RedeemsLogoutTokens
  /**
   * Called once with every logout that fails because the store or the keys are unavailable, or
   * because of the timeout, before the request is answered. The answer waits for it until the
   * timeout. Providers do not send a logout again: keep `logoutToken` and `receivedAt`, and call
   * `logoutTokens.recover` with them until that succeeds.
   */
  readonly onLost?: (logout: LostLogout) => unknown
}

/**
 * A failed logout is a 400, whatever the reason (section 2.8): 503 is not among the answers.
 * `error` and `Retry-After` tell the difference to a provider that tries again.
 */
const outage = unavailable(400, 'The logout failed; it may be tried again')

const invalid = refuse('invalid_request', 'The logout token is not valid')

const optionNames: OptionNames<BackChannelLogoutEndpointOptions> = {
  ...endpointOptionNames,
  logoutTokens: true,
  onLost: true,
}

/**
 * Creates the back-channel logout URI of a client (OpenID Connect Back-Channel Logout 1.0): the
 * provider posts a logout token, and the session or the subject that it names is logged out.
 *
 * - 200 once that is stored, and for a retry of a logout token that is in force already.
 * - 400 in every other case: `invalid_request` for a token that is not valid (`onRefused` learns
 *   why), `temporarily_unavailable` while the store or the keys of the provider are unavailable
 *   (`onUnavailable` learns why, `onLost` gets the token).
 *
 * The signature of the logout token is the only authentication of the provider.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { toHandler } from '@revoked/http/express'
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
 * app.all('/oidc/back-channel-logout', toHandler(backChannelLogoutEndpoint({ logoutTokens, onRefused: console.warn })))
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function backChannelLogoutEndpoint(options: BackChannelLogoutEndpointOptions): Endpoint {
  const { logoutTokens, onLost } = options
  if (typeof logoutTokens?.redeem !== 'function')
    throw new TypeError('logoutTokens must come from createLogoutTokens of @revoked/jose.')
  if (onLost !== undefined && typeof onLost !== 'function') throw new TypeError('onLost must be a function.')

  return createEndpoint(options, {
    optionNames,
    outage,
    respond: async (request, { refused, beforeOutage }) => {
      const form = readForm(await request.form())
      if (form === undefined) {
        refused(new BearerTokenError('ERR_TOKEN_MALFORMED'))
        return refuse('invalid_request', 'The body must be an urlencoded form with no parameter twice')
      }
      const logoutToken = form.get('logout_token')
      if (logoutToken === undefined) {
        refused(new BearerTokenError('ERR_TOKEN_MISSING'))
        return refuse('invalid_request', 'The parameter logout_token is missing')
      }
      const receivedAt = Date.now()
      const lost = once((error) => callHook(onLost, { logoutToken, receivedAt, error }))
      beforeOutage(lost)
      try {
        await logoutTokens.redeem(logoutToken)
        return done
      } catch (error) {
        const problem = problemOf(error)
        if (problem === 'unavailable') await lost(error)
        if (problem === undefined || problem === 'unavailable') throw error
        refused(error)
        return invalid
      }
    },
  })
}

/**
 * Returns a function that reports the first error only: a logout that was reported at the timeout
 * may fail later.
 */
function once(report: (error: unknown) => Promise<void>): (error: unknown) => Promise<void> {
  let reported: Promise<void> | undefined
  return (error) => {
    reported ??= report(error)
    return reported
  }
}
