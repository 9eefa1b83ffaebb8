import { durationToMs, type Revocation } from '@revoked/core'
import { createVerifySignature } from '../access/verify-signature.ts'
import { readKeys } from '../keys/keys.ts'
import { createCloseListed } from './close-listed.ts'
import { assertLogoutOptions, type LogoutTokenOptions, type LostLogout } from './logout-options.ts'
import { type Logout, type LogoutRules, readLogout } from './logout-rules.ts'

/**
 * What a logout came to.
 *
 * @example
 * ```ts
 * import type { LogoutResult } from '@revoked/jose'
 *
 * const line = ({ changed }: LogoutResult): string => (changed ? 'logged out' : 'was logged out before')
 * ```
 */
export interface LogoutResult {
  /**
   * `false` if the logout was in force already: the provider sent the token again, or another one
   * for the same session.
   */
  readonly changed: boolean
}

/**
 * Redeems logout tokens. Made by {@link createLogoutTokens}.
 *
 * @example
 * ```ts
 * import type { LogoutTokens } from '@revoked/jose'
 *
 * const logOut = (logoutTokens: LogoutTokens, body: URLSearchParams) =>
 *   logoutTokens.redeem(body.get('logout_token') ?? '')
 * ```
 */
export interface LogoutTokens {
  /**
   * Verifies a logout token and logs out whom it names: the session (`sid`), or every session of
   * the subject that began before the token was issued, if it names none. A token that comes late,
   * or again, does not log out sessions that began since. With `sessions`, they are revoked first
   * and then closed on the list. If either fails, it rejects, and a repetition completes it.
   *
   * @throws InvalidTokenError if it is not valid. `problem` and `claim` name the rule (section
   *   2.6).
   * @throws InvalidClaimsError if it is valid, and its `sid` or `sub` is unusable.
   * @throws RevocationUnavailableError if a store failed. Most providers do not try again: see
   *   `recover`.
   * @throws KeysUnavailableError if the keys of the provider could not be fetched, or the key of
   *   the token is not known yet.
   */
  redeem(logoutToken: string): Promise<LogoutResult>
  /**
   * Redeems a logout token that an outage prevented from being redeemed, as of the instant when it
   * was received. Providers do not send a logout again: keep its token in a queue when `redeem`
   * rejects with a status of 503 (`onLost` of `backChannelLogoutEndpoint` hands it over), and call
   * this until it resolves. Its signature is verified in any case.
   *
   * @throws as `redeem` does.
   * @throws TypeError or RangeError if `receivedAt` is no instant in ms, or in the future.
   */
  recover(lost: LostLogout): Promise<LogoutResult>
}

const reason = 'back_channel_logout'

/**
 * Creates the receiver of the logout tokens of an OpenID provider (OpenID Connect Back-Channel
 * Logout 1.0). They log out what carries the provider's `sid` and `sub`: its own access tokens, or
 * session tokens of yours into which you copied the two. Encrypted logout tokens are refused.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createLogoutTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
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
 * async function logOut(logoutToken: string): Promise<void> {
 *   await logoutTokens.redeem(logoutToken)
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createLogoutTokens(options: LogoutTokenOptions): LogoutTokens {
  assertLogoutOptions(options)
  const { revocation, issuer, audience, algorithms, sessionIssuer, sessions } = options
  const { verification } = readKeys(options.keys, algorithms)
  const verifySignature = createVerifySignature({ verification, algorithms })
  const maxAge = durationToMs(options.maxAge ?? '2m', 'maxAge')
  const rules: LogoutRules = { ...revocation.limits, issuer, audience, maxAge }
  const issuers = sessionIssuer === undefined ? [undefined] : [sessionIssuer].flat()

  const close = sessions === undefined ? async () => undefined : createCloseListed(sessions, revocation)

  async function redeem({ logoutToken, receivedAt }: LostLogout): Promise<LogoutResult> {
    const logout = await verifySignature(logoutToken, (signed) => readLogout(signed, rules, receivedAt))
    const results = await Promise.all(issuers.map((name) => revoke(revocation, logout, name)))
    await close(logout, results)
    return { changed: results.some(({ changed }) => changed) }
  }

  return {
    redeem: async (logoutToken) => await redeem({ logoutToken, receivedAt: revocation.now() }),
    recover: async ({ logoutToken, receivedAt }) => {
      assertPast(receivedAt, revocation)
      return await redeem({ logoutToken, receivedAt })
    },
  }
}

/** Session ids are random, so a session ends as a whole. A subject can log in again. */
async function revoke(revocation: Revocation, { target, issuedAt }: Logout, name: string | undefined) {
  const issuer = name === undefined ? {} : { issuer: name }
  return 'session' in target
    ? await revocation.revoke({ ...target, ...issuer }, { reason })
    : await revocation.revoke({ ...target, ...issuer }, { reason, issuedBefore: issuedAt })
}

function assertPast(receivedAt: unknown, { now, limits }: Revocation): void {
  if (typeof receivedAt !== 'number' || !Number.isFinite(receivedAt))
    throw new TypeError('receivedAt must be ms since the epoch.')
  if (receivedAt < 1e11) throw new RangeError('receivedAt looks like seconds: give ms since the epoch.')
  if (receivedAt > now() + limits.clockTolerance) throw new RangeError('receivedAt must not be in the future.')
}
