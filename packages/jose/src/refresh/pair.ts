import { audienceToStamp, findUnrevokedIat, type IssueSettings } from '../access/issue.ts'
import { assertIssuable, type IssueClaims, type SessionClaims } from '../access/issue-claims.ts'
import type { Family } from './refresh-claims.ts'

// Every JavaScript runtime has it; the language's own library does not declare it.
declare const crypto: { randomUUID(): string }

/** The tokens of a login, or of a refresh. */
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
  /** The session of both. */
  readonly sid: string
}

/** What pairs take beside what tokens take, once validated. */
export interface PairSettings extends IssueSettings {
  /** Whole seconds. */
  readonly refreshLifetime: number
}

/** What both tokens of a pair have in common. */
interface PairStamps {
  readonly fam: Family
  /** In seconds. The lifetimes of both tokens count from it. */
  readonly iat: number
  /** When the other claims were looked up, in seconds, if it was not at `iat`. */
  readonly claims_at?: number
  /** When the session began, in seconds. */
  readonly session_at: number
}

/** Signs both tokens of a pair. */
export type SignPair = (claims: SessionClaims, stamps: PairStamps) => Promise<TokenPair>

/** Creates what signs pairs. */
export function createSignPair({ issuer, audience, sign, lifetime, refreshLifetime }: PairSettings): SignPair {
  const aud = audienceToStamp({ audience })

  return async (claims, { fam, ...stamps }) => {
    const { iat } = stamps
    const accessExp = Math.floor(iat) + lifetime
    const refreshExp = Math.floor(iat) + refreshLifetime
    const [accessToken, refreshToken] = await Promise.all([
      sign('access', claims, { iss: issuer, aud, ...stamps, exp: accessExp }),
      sign('refresh', claims, { iss: issuer, aud: issuer, fam, ...stamps, exp: refreshExp }),
    ])
    return {
      accessToken,
      refreshToken,
      accessExpiresAt: accessExp * 1_000,
      refreshExpiresAt: refreshExp * 1_000,
      sid: claims.sid,
    }
  }
}

/** Creates what begins sessions: each has its own family of refresh tokens. */
export function createIssuePair(
  { revocation, issuer }: IssueSettings,
  signPair: SignPair,
): (claims: IssueClaims) => Promise<TokenPair> {
  return async (given) => {
    assertIssuable(given)
    const claims: SessionClaims = { ...given, sid: given.sid === undefined ? crypto.randomUUID() : given.sid }
    const iat = await findUnrevokedIat(revocation, { ...claims, iss: issuer })
    return await signPair(claims, { fam: { id: crypto.randomUUID(), generation: 1 }, iat, session_at: iat })
  }
}
