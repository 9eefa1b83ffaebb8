import { durationToMs } from '@revoked/core'
import { createAuthenticate } from './access/authenticate.ts'
import { createInspect, type Inspect } from './access/inspect.ts'
import { createIssue, type IssueSettings, readLifetime } from './access/issue.ts'
import type { IssueClaims } from './access/issue-claims.ts'
import { createSign } from './access/sign.ts'
import { createVerifier, type TokenVerifier, type VerifiedToken } from './access/verifier.ts'
import { readKeys } from './keys/keys.ts'
import {
  assertVerifierOptions,
  type IssuerOptions,
  type RefreshOptions,
  type SessionOptions,
  type VerifierOptions,
} from './options.ts'
import { createIssuePair, createSignPair, type TokenPair } from './refresh/pair.ts'
import { createRotation, type RotateOptions } from './refresh/rotate.ts'

/** Issues access tokens too. */
export interface Tokens extends TokenVerifier {
  /**
   * Signs a token with a random `jti`, `iat`, `exp`, `iss` and `aud`. It is never born revoked: where its subject was revoked within
   * this very second (a new login right after a password change), `iat` is the exact instant, with its fraction (RFC 7519, section 2).
   *
   * It takes your word that the subject may log in. Make sure of that (password, ban) immediately before: a revocation that
   * falls between that and this call does not reach the new token.
   *
   * @throws TokenRevokedError where its session was revoked.
   * @throws RevocationUnavailableError where the store is unavailable and the policy is closed.
   * @throws InvalidClaimsError where `sub` or `sid` cannot be used.
   * @throws TypeError where `claims` holds one that is stamped.
   */
  issue(claims: IssueClaims): Promise<string>
}

/** Issues refresh tokens too, and takes each of them once. */
export interface SessionTokens extends Tokens {
  /**
   * Begins a session: an access token and a refresh token with the same claims. Without `sid` the session gets a random one.
   *
   * @throws as `issue` does.
   */
  issuePair(claims: IssueClaims): Promise<TokenPair>
  /**
   * Takes a refresh token, once, for a new pair in the same session. A second use means that it was stolen, or its successor was: the whole
   * session is revoked, except within the grace, and then the answer is the same successor again. A revocation that was under
   * way meanwhile reaches the new pair.
   *
   * A store that is unavailable refuses, whatever the policy: try again. Without a grace, a try whose answer was lost counts.
   *
   * @throws RefreshReusedError (401) for a second use: the session is revoked.
   * @throws TokenRevokedError (401) where the token, its session or its subject was revoked.
   * @throws InvalidTokenError, InvalidClaimsError or TokenLifetimeError (401) where it is no valid refresh token.
   * @throws RevocationUnavailableError or KeysUnavailableError (503).
   */
  rotate(refreshToken: string, options?: RotateOptions): Promise<TokenPair>
  /**
   * Tells whether a refresh token is good, without using it.
   *
   * @throws as `rotate` does; TokenRevokedError for one that was used. No session is revoked.
   */
  verifyRefresh(refreshToken: string): Promise<VerifiedToken>
}

/**
 * JWTs that can be taken back, over jose.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const tokens = createTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '30d' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   refresh: { lifetime: '30d' },
 * })
 *
 * const { accessToken, refreshToken } = await tokens.issuePair({ sub: 'alice' })
 * const { claims } = await tokens.verify(accessToken)
 * const next = await tokens.rotate(refreshToken)
 * await tokens.revoke(next.refreshToken, { reason: 'logout' })
 * console.log(claims.sub, 'is logged out')
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createTokens(options: SessionOptions): SessionTokens
export function createTokens(options: IssuerOptions): Tokens
export function createTokens(options: VerifierOptions): TokenVerifier
export function createTokens(
  options: VerifierOptions | IssuerOptions | SessionOptions,
): TokenVerifier | Tokens | SessionTokens {
  assertVerifierOptions(options)
  const { revocation, issuer, audience, algorithms } = options
  const { lifetime: accessLifetime = '15m', refresh } = options as Partial<SessionOptions>
  const { signing, verification } = readKeys(options.keys, algorithms)
  const inspect = createInspect(createAuthenticate({ revocation, issuer, algorithms, verification }), issuer, audience)
  const verifier = createVerifier(options, inspect)
  if (signing === undefined) {
    if (refresh !== undefined) throw new TypeError('refresh needs keys to sign with: a secret or a privateKey.')
    return verifier
  }
  const lifetime = readLifetime(accessLifetime, 'lifetime', revocation)
  const settings: IssueSettings = { revocation, issuer, audience, sign: createSign(signing), lifetime }
  const tokens: Tokens = { ...verifier, issue: createIssue(settings) }
  return refresh === undefined ? tokens : { ...tokens, ...createSessions(settings, inspect, refresh) }
}

function createSessions(
  settings: IssueSettings,
  inspect: Inspect,
  refresh: RefreshOptions,
): Pick<SessionTokens, 'issuePair' | 'rotate' | 'verifyRefresh'> {
  const refreshLifetime = readLifetime(refresh.lifetime, 'refresh.lifetime', settings.revocation)
  const graceMs = durationToMs(refresh.grace ?? 0, 'refresh.grace')
  const signPair = createSignPair({ ...settings, refreshLifetime })
  const { rotate, verifyRefresh } = createRotation({ ...settings, inspect, signPair, graceMs })
  return {
    issuePair: createIssuePair(settings, signPair),
    rotate,
    verifyRefresh: async (refreshToken) => ({ claims: await verifyRefresh(refreshToken), degraded: false }),
  }
}
