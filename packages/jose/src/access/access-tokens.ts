import { type AccessTokenOptions, accessTokenOptionNames, assertOptions } from '../options.ts'
import type { Listing } from '../sessions/endings.ts'
import { createSessionList } from '../sessions/session-list.ts'
import { createIssue, type IssueOptions, type IssueSettings, readLifetime } from './issue.ts'
import type { IssueClaims } from './issue-claims.ts'
import { type ReadTokens, readTokens } from './revocable-tokens.ts'
import { createSign } from './sign.ts'
import type { RevocableTokens } from './verifier.ts'

/**
 * Verifies, revokes and issues access tokens. Made by {@link createAccessTokens}.
 *
 * @example
 * ```ts
 * import type { AccessTokens } from '@revoked/jose'
 *
 * const logIn = async (tokens: AccessTokens, sub: string): Promise<string> => await tokens.issue({ sub })
 * ```
 */
export interface AccessTokens extends RevocableTokens {
  /**
   * Signs a token of the type `at+jwt` (RFC 9068) with a random `jti`, `iat`, `exp`, `iss` and
   * `aud`. Give `client_id` among the claims if a client is behind it (section 2.2). The token is
   * never born revoked: if its subject was revoked within this very second (a new login right after
   * a password change), `iat` is the exact instant, with its fraction (RFC 7519, section 2).
   *
   * The caller decides that the subject may log in. Check that (password, ban) immediately before
   * the call: a revocation that falls between that check and this call does not reach the new
   * token.
   *
   * @throws TokenRevokedError if its session was revoked.
   * @throws RevocationUnavailableError if the store is unavailable and the policy is closed.
   * @throws InvalidClaimsError if `sub` or `sid` cannot be used.
   * @throws TypeError if `claims` holds one that is stamped.
   * @throws RangeError for a lifetime that is too long.
   */
  issue(claims: IssueClaims, options?: IssueOptions): Promise<string>
}

/**
 * Creates tokens that one service issues and verifies, without refresh tokens.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createAccessTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const { JWT_SECRET = '' } = process.env
 * const tokens = createAccessTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(JWT_SECRET) },
 * })
 *
 * async function logInAndOut(userId: string): Promise<void> {
 *   const token = await tokens.issue({ sub: userId })
 *   await tokens.verify(token)
 *   await tokens.revoke(token, { reason: 'logout' })
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  assertOptions(options, accessTokenOptionNames)
  const { revocation, sessions } = options
  const list = sessions === undefined ? undefined : createSessionList(sessions, revocation)
  const listing = list && ({ list, by: 'jti' } as const)
  return readIssuer(options, listing).tokens
}

/** The issuing side, and what token pairs build on. */
export interface ReadIssuer extends Pick<ReadTokens, 'inspect' | 'endings'> {
  readonly tokens: AccessTokens
  readonly settings: IssueSettings
}

/**
 * Builds the issuing side out of options that are validated but for keys and durations.
 *
 * @throws TypeError or RangeError for wrong keys, algorithms or durations.
 */
export function readIssuer(options: AccessTokenOptions, listing: Listing | undefined): ReadIssuer {
  const { revocation, issuer, audience, lifetime = '15m' } = options
  const { tokens, inspect, endings, signing } = readTokens(options, listing)
  if (signing === undefined)
    throw new TypeError(
      'keys must hold a secret or a privateKey to sign with. To verify alone, use createRevocableTokens.',
    )
  const sign = createSign(signing)
  const settings = { revocation, issuer, audience, sign, lifetime: readLifetime(lifetime, 'lifetime', revocation) }
  const issue = createIssue(listing?.by === 'jti' ? { ...settings, list: listing.list } : settings)
  return { tokens: { ...tokens, issue }, inspect, endings, settings }
}
