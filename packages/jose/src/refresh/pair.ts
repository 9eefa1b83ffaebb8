import { findUnrevokedIat, type IssueSettings } from '../access/issue.ts'
import { assertIssuable, type IssueClaims, type SessionClaims } from '../access/issue-claims.ts'
import type { Family } from './refresh-claims.ts'

// Every JavaScript runtime has it; the language's own library does not declare it.
declare const crypto: { randomUUID(): string }

/** What a login hands out. */
export interface TokenPair {
  /** For every request. Short-lived. */
  readonly accessToken: string
  /** For `rotate` alone. Good for one use. */
  readonly refreshToken: string
  /** The session that both are of. */
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
  /** In seconds. */
  readonly iat: number
  /** When their lives begin. In ms. */
  readonly bornAt: number
}

/** Signs both tokens of a pair. */
export type SignPair = (claims: SessionClaims, stamps: PairStamps) => Promise<TokenPair>

export function createSignPair({
  revocation,
  issuer,
  audience,
  sign,
  lifetime,
  refreshLifetime,
}: PairSettings): SignPair {
  const longest = revocation.limits.maxTokenLifetime / 1_000

  return async (claims, { fam, iat, bornAt }) => {
    /** A token that is dated back must not live longer than its revocation is kept. */
    function expiryOf(seconds: number): number {
      return Math.floor(Math.min(bornAt / 1_000 + seconds, iat + longest))
    }

    const [accessToken, refreshToken] = await Promise.all([
      sign('access', claims, { iss: issuer, aud: audience, iat, exp: expiryOf(lifetime) }),
      sign('refresh', claims, { iss: issuer, aud: issuer, fam, iat, exp: expiryOf(refreshLifetime) }),
    ])
    return { accessToken, refreshToken, sid: claims.sid }
  }
}

/** Begins a session: a family of refresh tokens of its own. */
export function createIssuePair(
  { revocation, issuer }: IssueSettings,
  signPair: SignPair,
): (claims: IssueClaims) => Promise<TokenPair> {
  return async (given) => {
    assertIssuable(given)
    const claims: SessionClaims = { ...given, sid: given.sid === undefined ? crypto.randomUUID() : given.sid }
    const iat = await findUnrevokedIat(revocation, { ...claims, iss: issuer })
    const fam = { id: crypto.randomUUID(), generation: 1 }
    return await signPair(claims, { fam, iat, bornAt: Math.floor(iat) * 1_000 })
  }
}
