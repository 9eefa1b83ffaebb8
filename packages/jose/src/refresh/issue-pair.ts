import type { Duration } from '@revoked/core'
import { findUnrevokedIat, type IssueSettings, readLifetime } from '../access/issue.ts'
import { assertIssuable, type IssueClaims, type SessionClaims } from '../access/issue-claims.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import type { SignPair, TokenPair } from './pair.ts'
import type { SessionBounds } from './session-end.ts'

// Every JavaScript runtime has it; the language's own library does not declare it.
declare const crypto: { randomUUID(): string }

/** Options of a single `issuePair`. */
export interface IssuePairOptions {
  /**
   * How long this login lasts, from now on and however often it is refreshed: "remember me". It
   * takes the place of `refresh.lifetime` and `refresh.absoluteLifetime`, and the refresh tokens
   * carry it, so that every instance keeps to it. At most the `maxTokenLifetime` of the revocation.
   */
  readonly lifetime?: Duration
}

const optionNames: OptionNames<IssuePairOptions> = { lifetime: true }

/** What logins take, once validated. */
export interface LoginSettings extends Pick<IssueSettings, 'revocation' | 'issuer'> {
  readonly signPair: SignPair
  /** Whole seconds. */
  readonly absoluteLifetime: number | undefined
}

/** Begins a session. */
export type IssuePair = (claims: IssueClaims, options?: IssuePairOptions) => Promise<TokenPair>

/** Creates what begins sessions: each has its own family of refresh tokens. */
export function createIssuePair({ revocation, issuer, signPair, absoluteLifetime }: LoginSettings): IssuePair {
  return async (given, options = {}) => {
    assertIssuable(given)
    assertKnownOptions(options, optionNames)
    const lifetime =
      options.lifetime === undefined ? undefined : readLifetime(options.lifetime, 'lifetime', revocation)
    const claims: SessionClaims = { ...given, sid: given.sid === undefined ? crypto.randomUUID() : given.sid }
    const iat = await findUnrevokedIat(revocation, { ...claims, iss: issuer })
    const bounds = boundsFrom(iat, lifetime, absoluteLifetime)
    return await signPair(claims, { fam: { id: crypto.randomUUID(), generation: 1 }, iat, session_at: iat, bounds })
  }
}

/** Returns what a login fixes for its session. Lifetimes are in seconds. */
function boundsFrom(iat: number, lifetime: number | undefined, absoluteLifetime: number | undefined): SessionBounds {
  const longest = lifetime ?? absoluteLifetime
  if (longest === undefined) return {}
  const bounds = { session_exp: Math.floor(iat) + longest }
  return lifetime === undefined ? bounds : { ...bounds, refresh_lifetime: lifetime }
}
