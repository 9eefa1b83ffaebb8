import { durationToMs, type Revocation } from '@revoked/core'
import { type AccessTokens, readIssuer } from '../access/access-tokens.ts'
import type { InspectedToken } from '../access/inspected-token.ts'
import { readLifetime } from '../access/issue.ts'
import type { IssueClaims } from '../access/issue-claims.ts'
import type { VerifiedToken } from '../access/verifier.ts'
import { assertKnownOptions } from '../known-options.ts'
import { assertOptions, refreshOptionNames, type TokenPairOptions, tokenPairOptionNames } from '../options.ts'
import { createSessionList } from '../sessions/session-list.ts'
import { assertOutlivesDating } from './dating.ts'
import { createIssuePair, type IssuePairOptions } from './issue-pair.ts'
import { createSignPair, type TokenPair } from './pair.ts'
import { createRotation, type RotateOptions } from './rotate.ts'
import { readAbsoluteLifetime } from './session-end.ts'

/**
 * Issues access and refresh tokens, and takes each refresh token once. Made by
 * {@link createTokenPairs}.
 *
 * @example
 * ```ts
 * import type { TokenPair, TokenPairs } from '@revoked/jose'
 *
 * const refresh = async (tokens: TokenPairs, refreshToken: string): Promise<TokenPair> =>
 *   await tokens.rotate(refreshToken, { renew: async (claims) => ({ ...claims, role: 'editor' }) })
 * ```
 */
export interface TokenPairs<Device = unknown> extends AccessTokens {
  /**
   * Begins a session: an access token and a refresh token with the same claims. Without `sid` the
   * session gets a random one. With `lifetime`, the login fixes when the session ends, and no
   * rotation by any instance changes that. With `sessions`, the session is opened on the list
   * first.
   *
   * @throws as `issue` does.
   * @throws what the list of sessions rejects with: there are no tokens then.
   */
  issuePair(claims: IssueClaims, options?: IssuePairOptions<Device>): Promise<TokenPair>
  /**
   * Takes a refresh token, once, for a new pair of the same session. A second use means that the
   * token was stolen, or its successor was: the session is revoked for both. Within the grace, the
   * same token is answered again with a pair of the same generation, but not for two generations in
   * a row.
   *
   * A revocation that was recorded until the token was spent refuses the rotation, and one that was
   * under way reaches the new pair, whose `iat` is dated back. With `renew`, the pair carries the
   * instant before its claims were looked up (`claims_at`), so that revocations with `allowRefresh`
   * let it pass.
   *
   * A store that is unavailable refuses, whatever the policy: try again. Without a grace, a try
   * whose answer was lost counts as a use.
   *
   * @throws RefreshReusedError (401) for a second use: the session is revoked.
   * @throws TokenRevokedError (401) if the token, its session or its subject was revoked, or if its
   * session is not on the list any more (`reason: 'session_over'`).
   * @throws InvalidTokenError, InvalidClaimsError or TokenLifetimeError (401) if it is no valid
   * refresh token. The `claim` is `session_exp` if the session is at its end.
   * @throws RevocationUnavailableError or KeysUnavailableError (503).
   */
  rotate(refreshToken: string, options?: RotateOptions): Promise<TokenPair>
  /**
   * Verifies a refresh token without using it.
   *
   * @throws as `rotate` does; TokenRevokedError for one that was used. No session is revoked.
   */
  verifyRefresh(refreshToken: string | InspectedToken): Promise<VerifiedToken>
}

/** A thief has as long. 5,000 and 30,000 were meant to be milliseconds. */
const maxGraceMs = 300_000

/**
 * Creates the tokens of logins that are refreshed: short access tokens, and refresh tokens that are
 * good for one use.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createTokenPairs } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const { JWT_SECRET = '' } = process.env
 * const tokens = createTokenPairs({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '30d' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(JWT_SECRET) },
 *   refresh: { lifetime: '30d' },
 * })
 *
 * async function session(userId: string): Promise<void> {
 *   const { accessToken, refreshToken } = await tokens.issuePair({ sub: userId })
 *   await tokens.verify(accessToken)
 *   const next = await tokens.rotate(refreshToken)
 *   await tokens.revoke(next.refreshToken, { reason: 'logout' })
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createTokenPairs<Device = unknown>(options: TokenPairOptions<Device>): TokenPairs<Device> {
  assertOptions(options, tokenPairOptionNames)
  const { refresh, revocation, sessions, sessionsSince } = options
  if (refresh === undefined)
    throw new TypeError(
      "refresh is missing, such as { lifetime: '30d' }. Without refresh tokens, use createAccessTokens.",
    )
  assertKnownOptions(refresh, refreshOptionNames, 'refresh.')
  assertSince(sessionsSince, revocation)
  const list = sessions === undefined ? undefined : createSessionList(sessions, revocation)
  const { tokens, inspect, endings, settings } = readIssuer(options, list && { list, by: 'sid' })
  const refreshLifetime = readLifetime(refresh.lifetime, 'refresh.lifetime', revocation)
  assertOutlivesDating(settings.lifetime, 'lifetime', revocation)
  assertOutlivesDating(refreshLifetime, 'refresh.lifetime', revocation)
  const absoluteLifetime = readAbsoluteLifetime(refresh.absoluteLifetime, 'refresh.absoluteLifetime')
  const graceMs = durationToMs(refresh.grace ?? 0, 'refresh.grace')
  if (graceMs > maxGraceMs) throw new RangeError("refresh.grace must be at most '5m'. A number counts seconds.")
  const signPair = createSignPair({ ...settings, refreshLifetime })
  const { rotate, verifyRefresh } = createRotation({
    ...settings,
    ...{ inspect, signPair, graceMs, endings, list, sessionsSince },
  })
  return {
    ...tokens,
    issuePair: createIssuePair({ ...settings, signPair, absoluteLifetime, list }),
    rotate,
    verifyRefresh: async (refreshToken) => ({ claims: await verifyRefresh(refreshToken), degraded: false }),
  }
}

/** @throws TypeError or RangeError unless it is an instant in the past. */
function assertSince(sessionsSince: unknown, { now }: Revocation): void {
  if (sessionsSince === undefined) return
  if (typeof sessionsSince !== 'number' || !Number.isFinite(sessionsSince))
    throw new TypeError('sessionsSince must be ms since the epoch.')
  if (sessionsSince < 1e11) throw new RangeError('sessionsSince looks like seconds: give ms since the epoch.')
  if (sessionsSince > now()) throw new RangeError('sessionsSince must not be in the future: later sessions are listed.')
}
