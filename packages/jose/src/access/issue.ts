import { assertAllowed, type Claims, type Duration, durationToMs, type Revocation, refusalOf } from '@revoked/core'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { assertNoDevice, withOpened } from '../sessions/open-session.ts'
import type { SessionList } from '../sessions/session-list.ts'
import type { OpenedSession } from '../sessions/session-registry.ts'
import { readAuthenticatedAt, stampAuthentication } from './authentication-time.ts'
import { assertIssuable, type IssueClaims, onGivenClaims } from './issue-claims.ts'
import type { Sign } from './sign.ts'

// Every JavaScript runtime has them; the language's own library does not declare them.
declare function setTimeout(callback: () => void, ms: number): unknown
declare const crypto: { randomUUID(): string }

/** The validated options of issuing. */
export interface IssueSettings {
  readonly revocation: Revocation
  readonly issuer: string
  readonly audience: string | readonly string[]
  readonly sign: Sign
  /** Whole seconds. */
  readonly lifetime: number
  /** Where each token is opened by its `jti`, if each is a session by itself. */
  readonly list?: SessionList
}

/**
 * Options of a single `issue`.
 *
 * @example
 * ```ts
 * import type { AccessTokens, IssueOptions } from '@revoked/jose'
 *
 * const options: IssueOptions = { lifetime: '1m', device: { name: 'Phone' } }
 * const downloadToken = (tokens: AccessTokens, sub: string) => tokens.issue({ sub }, options)
 * ```
 */
export interface IssueOptions {
  /**
   * How long this token lives, in place of the `lifetime` of the tokens. At most the
   * `maxTokenLifetime` of the revocation.
   */
  readonly lifetime?: Duration
  /** With `sessions`: what the application says of the device, for the list. */
  readonly device?: unknown
  /**
   * When the user proved who they are, such as with a password, in ms since the epoch: `auth_time`
   * of the token, by which a route can ask for a fresh authentication (RFC 9470). Default: with
   * `sessions` now, and without no `auth_time`.
   */
  readonly authenticatedAt?: number
}

const optionNames: OptionNames<IssueOptions> = { lifetime: true, device: true, authenticatedAt: true }

/** How a token is issued. */
interface Issued {
  /** In seconds. */
  readonly lifetime: number
  /** In ms since the epoch. That of the session takes its place. */
  readonly authenticatedAt?: number | undefined
  readonly session?: OpenedSession
}

/** Issues an access token. */
export type Issue = (claims: IssueClaims, options?: IssueOptions) => Promise<string>

/** Creates the issuing side. */
export function createIssue(settings: IssueSettings): Issue {
  const { revocation, issuer, sign, list } = settings
  const aud = audienceToStamp(settings)

  async function signNow(claims: IssueClaims, { lifetime, authenticatedAt, session }: Issued): Promise<string> {
    // A session that was closed since it was opened has no token, whatever its iat.
    const listed = session && { jti: session.id, session_at: session.openedAt / 1_000 }
    const iat = await findUnrevokedIat(revocation, { ...claims, ...listed, iss: issuer })
    const endsAt = session === undefined ? Infinity : Math.floor(session.endsAt / 1_000)
    const exp = Math.min(Math.floor(iat) + lifetime, endsAt)
    const authentication = stampAuthentication(session?.authenticatedAt ?? authenticatedAt)
    return await sign('access', claims, { iss: issuer, aud, iat, exp, ...authentication, ...listed })
  }

  return async (claims, options = {}) => {
    assertIssuable(claims)
    assertKnownOptions(options, optionNames)
    const { device } = options
    const lifetime =
      options.lifetime === undefined ? settings.lifetime : readLifetime(options.lifetime, 'lifetime', revocation)
    const authenticatedAt = readAuthenticatedAt(options.authenticatedAt, revocation)
    if (list === undefined) {
      assertNoDevice(device)
      return await signNow(claims, { lifetime, authenticatedAt })
    }
    const entry = { id: crypto.randomUUID(), device, lifetime, authenticatedAt }
    return await withOpened(list, claims.sub, entry, (session) => signNow(claims, { lifetime, session }))
  }
}

/**
 * Returns the `aud` of access tokens: a string, or a list if there are several (RFC 7519, section
 * 4.1.3).
 */
export function audienceToStamp({ audience }: Pick<IssueSettings, 'audience'>): string | string[] {
  return typeof audience === 'string' ? audience : [...audience]
}

/**
 * Finds the `iat` of a token that is issued now, which no revocation until now reaches.
 *
 * @throws TypeError for claims that no revocation could name.
 * @throws TokenRevokedError if there is none: its session was revoked.
 * @throws RevocationUnavailableError if the store is unavailable and the policy is closed.
 */
export async function findUnrevokedIat(revocation: Revocation, claims: Claims): Promise<number> {
  const usual = Math.floor(revocation.now() / 1_000)
  const verdict = await onGivenClaims(revocation.check({ ...claims, iat: usual }))
  // In the mode `'observe'` too: the token must pass once revocations are enforced.
  if (refusalOf(verdict)?.code !== 'ERR_TOKEN_REVOKED') {
    assertAllowed(verdict)
    return usual
  }
  // Revoked within this second, perhaps: only the exact instant tells. Never one ahead: the token
  // would survive every further revocation until then. Equality revokes, so the millisecond of the
  // revocation must be over.
  await nextMillisecond()
  const exact = revocation.now() / 1_000
  await revocation.assertActive({ ...claims, iat: exact })
  return exact
}

/** Waits for the next millisecond. Timers may fire a fraction of one early. */
export function nextMillisecond(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 2)
  })
}

/**
 * Returns a lifetime in seconds.
 *
 * @throws RangeError if it is no whole number of seconds, or if tokens would outlive their
 * revocation.
 */
export function readLifetime(duration: Duration, name: string, { limits }: Revocation): number {
  const ms = durationToMs(duration, name)
  if (ms < 1_000 || ms % 1_000 !== 0)
    throw new RangeError(`${name} must be whole seconds, at least one: exp and iat count seconds.`)
  if (ms > limits.maxTokenLifetime)
    throw new RangeError(`${name} must not exceed the maxTokenLifetime of the revocation.`)
  return ms / 1_000
}
