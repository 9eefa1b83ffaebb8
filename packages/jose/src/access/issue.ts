import { assertAllowed, type Claims, type Duration, durationToMs, type Revocation } from '@revoked/core'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { assertIssuable, type IssueClaims, onGivenClaims } from './issue-claims.ts'
import type { Sign } from './sign.ts'

// Every JavaScript runtime has it; the language's own library does not declare it.
declare function setTimeout(callback: () => void, ms: number): unknown

/** The validated options of issuing. */
export interface IssueSettings {
  readonly revocation: Revocation
  readonly issuer: string
  readonly audience: string | readonly string[]
  readonly sign: Sign
  /** Whole seconds. */
  readonly lifetime: number
}

/** Options of a single `issue`. */
export interface IssueOptions {
  /**
   * How long this token lives, in place of the `lifetime` of the tokens. At most the
   * `maxTokenLifetime` of the revocation.
   */
  readonly lifetime?: Duration
}

const optionNames: OptionNames<IssueOptions> = { lifetime: true }

/** Issues an access token. */
export type Issue = (claims: IssueClaims, options?: IssueOptions) => Promise<string>

/** Creates the issuing side. */
export function createIssue(settings: IssueSettings): Issue {
  const { revocation, issuer, sign } = settings
  const aud = audienceToStamp(settings)

  return async (claims, options = {}) => {
    assertIssuable(claims)
    assertKnownOptions(options, optionNames)
    const lifetime =
      options.lifetime === undefined ? settings.lifetime : readLifetime(options.lifetime, 'lifetime', revocation)
    const iat = await findUnrevokedIat(revocation, { ...claims, iss: issuer })
    return await sign('access', claims, { iss: issuer, aud, iat, exp: Math.floor(iat) + lifetime })
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
  if (verdict.status !== 'revoked') {
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
