import type { Duration } from '@revoked/core'
import { readAuthenticatedAt, stampAuthentication } from '../access/authentication-time.ts'
import { findUnrevokedIat, type IssueSettings, readLifetime } from '../access/issue.ts'
import { assertIssuable, type IssueClaims, type SessionClaims } from '../access/issue-claims.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { assertNoDevice, withOpened } from '../sessions/open-session.ts'
import type { SessionList } from '../sessions/session-list.ts'
import type { OpenedSession } from '../sessions/session-registry.ts'
import type { SignPair, TokenPair } from './pair.ts'
import { listedBounds, type SessionBounds } from './session-end.ts'

// Every JavaScript runtime has it; the language's own library does not declare it.
declare const crypto: { randomUUID(): string }

/**
 * Options of a single `issuePair`.
 *
 * @example
 * ```ts
 * import type { IssuePairOptions, TokenPairs } from '@revoked/jose'
 *
 * // Without "stay logged in", the login ends after a day, however often it is refreshed.
 * const options: IssuePairOptions = { lifetime: '1d', device: { name: 'Phone' } }
 * const logIn = (tokens: TokenPairs, sub: string) => tokens.issuePair({ sub }, options)
 * ```
 */
export interface IssuePairOptions<Device = unknown> {
  /** With `sessions`: what the application says of the device, for the list. */
  readonly device?: Device
  /**
   * How long this login lasts, from now on and however often it is refreshed: "remember me". It
   * takes the place of `refresh.lifetime` and `refresh.absoluteLifetime`, and the refresh tokens
   * carry it, so that every instance keeps to it. With `sessions`, the session on the list ends
   * then, too. At most the `maxTokenLifetime` of the revocation.
   */
  readonly lifetime?: Duration
  /**
   * When the user proved who they are, such as with a password, in ms since the epoch: `auth_time`
   * of both tokens, by which a route can ask for a fresh authentication (RFC 9470). Default: with
   * `sessions` now, and without no `auth_time`.
   */
  readonly authenticatedAt?: number
}

const optionNames: OptionNames<IssuePairOptions> = { device: true, lifetime: true, authenticatedAt: true }

/** What logins take, once validated. */
export interface LoginSettings extends Pick<IssueSettings, 'revocation' | 'issuer'> {
  readonly signPair: SignPair
  /** Whole seconds. */
  readonly absoluteLifetime: number | undefined
  /** Where sessions are opened. */
  readonly list: SessionList | undefined
}

/** Begins a session. */
export type IssuePair = (claims: IssueClaims, options?: IssuePairOptions) => Promise<TokenPair>

/** Creates what begins sessions: each has its own family of refresh tokens. */
export function createIssuePair(settings: LoginSettings): IssuePair {
  const { revocation, issuer, signPair, absoluteLifetime, list } = settings

  async function begin(
    claims: SessionClaims,
    { lifetime, authenticatedAt }: Login,
    session?: OpenedSession,
  ): Promise<TokenPair> {
    // A session that was closed since it was opened has no tokens, whatever their iat.
    const beganAt = session && { session_at: session.openedAt / 1_000 }
    const iat = await findUnrevokedIat(revocation, { ...claims, ...beganAt, iss: issuer })
    const bounds = boundsFrom(iat, { lifetime, absoluteLifetime, session })
    const fam = { id: crypto.randomUUID(), generation: 1 }
    const authentication = stampAuthentication(session?.authenticatedAt ?? authenticatedAt)
    return await signPair(claims, { fam, iat, session_at: iat, ...beganAt, ...authentication, bounds })
  }

  return async (claims, options = {}) => {
    assertIssuable(claims)
    assertKnownOptions(options, optionNames)
    const { sub, sid } = claims
    const { device } = options
    const lifetime = options.lifetime === undefined ? undefined : readLifetime(options.lifetime, 'lifetime', revocation)
    const login = { lifetime, authenticatedAt: readAuthenticatedAt(options.authenticatedAt, revocation) }
    if (list === undefined) {
      assertNoDevice(device)
      return await begin({ ...claims, sid: sid === undefined ? crypto.randomUUID() : sid }, login)
    }
    const use = (session: OpenedSession): Promise<TokenPair> => begin({ ...claims, sid: session.id }, login, session)
    const entry = { device, id: sid, ...login }
    // A session that the caller named may have been open before: it is not closed for a failure.
    if (sid !== undefined) return await use(await list.open(sub, entry))
    return await withOpened(list, sub, entry, use)
  }
}

/** What a login says of its session. */
interface Login {
  /** In seconds. */
  readonly lifetime: number | undefined
  /** In ms since the epoch. */
  readonly authenticatedAt: number | undefined
}

/** What bounds a session: lifetimes in seconds, and the session on the list. */
interface LoginBounds {
  readonly lifetime: number | undefined
  readonly absoluteLifetime: number | undefined
  readonly session: OpenedSession | undefined
}

/** Returns what a login fixes for its session. */
function boundsFrom(iat: number, { lifetime, absoluteLifetime, session }: LoginBounds): SessionBounds {
  const end = Math.floor(iat) + (lifetime ?? absoluteLifetime ?? Infinity)
  const bounds = {
    ...(end !== Infinity && { session_exp: end }),
    ...(lifetime !== undefined && { refresh_lifetime: lifetime }),
  }
  return session === undefined ? bounds : listedBounds(bounds, session.endsAt)
}
