import type { AuthenticationStamp } from '../access/authentication-time.ts'
import { audienceToStamp, type IssueSettings } from '../access/issue.ts'
import type { SessionClaims } from '../access/issue-claims.ts'
import type { Family } from './refresh-claims.ts'
import { expWithin, type SessionBounds } from './session-end.ts'

/**
 * The tokens of a login, or of a refresh.
 *
 * @example
 * ```ts
 * import type { TokenPair } from '@revoked/jose'
 *
 * const cookie = ({ refreshToken, refreshExpiresAt }: TokenPair): string =>
 *   `refresh=${refreshToken}; Path=/refresh; HttpOnly; Secure; SameSite=Strict; Expires=${new Date(refreshExpiresAt * 1_000).toUTCString()}`
 * ```
 */
export interface TokenPair {
  /** For every request. Short-lived. */
  readonly accessToken: string
  /** For `rotate` alone. Good for one use. */
  readonly refreshToken: string
  /** When the access token expires (`exp`), in ms since the epoch. Refresh shortly before. */
  readonly accessExpiresAt: number
  /**
   * When the refresh token expires (`exp`), in ms since the epoch: the session ends unless it is
   * refreshed before.
   */
  readonly refreshExpiresAt: number
  /**
   * When the session ends however often it is refreshed, in ms since the epoch, if its login has
   * fixed that. No token of the session expires later.
   */
  readonly sessionEndsAt?: number
  /** The session of both. */
  readonly sid: string
}

/** What pairs take beside what tokens take, once validated. */
export interface PairSettings extends IssueSettings {
  /** Whole seconds. */
  readonly refreshLifetime: number
}

/** What both tokens of a pair have in common. */
interface PairStamps extends AuthenticationStamp {
  readonly fam: Family
  /** In seconds. The lifetimes of both tokens count from it. */
  readonly iat: number
  /** When the other claims were looked up, in seconds, if it was not at `iat`. */
  readonly claims_at?: number
  /** When the session began, in seconds. */
  readonly session_at: number
  /** What the login has fixed. The refresh token carries it. */
  readonly bounds: SessionBounds
}

/** Signs both tokens of a pair. */
export type SignPair = (claims: SessionClaims, stamps: PairStamps) => Promise<TokenPair>

/** Creates what signs pairs. */
export function createSignPair({ issuer, audience, sign, lifetime, refreshLifetime }: PairSettings): SignPair {
  const aud = audienceToStamp({ audience })

  return async (claims, { fam, bounds, ...stamps }) => {
    const { iat } = stamps
    const { session_exp: end } = bounds
    const accessExp = expWithin(bounds, iat, lifetime)
    const refreshExp = expWithin(bounds, iat, bounds.refresh_lifetime ?? refreshLifetime)
    const [accessToken, refreshToken] = await Promise.all([
      sign('access', claims, { iss: issuer, aud, ...stamps, exp: accessExp }),
      sign('refresh', claims, { iss: issuer, aud: issuer, fam, ...bounds, ...stamps, exp: refreshExp }),
    ])
    return {
      accessToken,
      refreshToken,
      accessExpiresAt: accessExp * 1_000,
      refreshExpiresAt: refreshExp * 1_000,
      ...(end !== undefined && { sessionEndsAt: end * 1_000 }),
      sid: claims.sid,
    }
  }
}
