import { assertAllowed, type Duration, durationToMs, InvalidClaimsError, type Revocation } from '@revoked/core'
import { type JWTPayload, SignJWT } from 'jose'
import type { SigningKey } from './keys.ts'

// Every JavaScript runtime has these two; the language's own library does not declare them.
declare const crypto: { randomUUID(): string }
declare function setTimeout(callback: () => void, ms: number): unknown

/** The claims of a token to issue. What the issuer stamps itself cannot be given. */
export interface IssueClaims {
  readonly sub: string
  /** The session, if tokens of one login are to be revoked together. */
  readonly sid?: string
  readonly jti?: never
  readonly iat?: never
  readonly exp?: never
  readonly iss?: never
  readonly aud?: never
  readonly [name: string]: unknown
}

type StampedClaims = Omit<IssueClaims, (typeof stampedClaims)[number]> &
  Required<Pick<JWTPayload, 'jti' | 'iat' | 'exp' | 'iss' | 'aud'>>

const stampedClaims = ['jti', 'iat', 'exp', 'iss', 'aud'] as const

/** What issuing takes, once validated. */
export interface IssueSettings {
  readonly revocation: Revocation
  readonly issuer: string
  readonly audience: string
  readonly signing: SigningKey
  /** Whole seconds. */
  readonly lifetime: number
}

/** The issuing side. */
export function createIssue({
  revocation,
  issuer,
  audience,
  signing,
  lifetime,
}: IssueSettings): (claims: IssueClaims) => Promise<string> {
  const { key, algorithm, keyId } = signing
  const header = { alg: algorithm, typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) }

  function stamp(claims: IssueClaims, iat: number): StampedClaims {
    return { ...claims, iss: issuer, aud: audience, jti: crypto.randomUUID(), iat, exp: Math.floor(iat) + lifetime }
  }

  /** The claims as of now, with an `iat` that no revocation until now reaches. */
  async function stampUnrevoked(claims: IssueClaims): Promise<StampedClaims> {
    const usual = stamp(claims, Math.floor(revocation.now() / 1_000))
    const verdict = await revocation.check(usual)
    if (verdict.status !== 'revoked') {
      assertAllowed(verdict)
      return usual
    }
    // Revoked within this second, perhaps: only the exact instant tells. Never one ahead: the token would survive
    // every further revocation until then. Equality revokes, so the millisecond of the revocation must be over.
    await nextMillisecond()
    const exact = stamp(claims, revocation.now() / 1_000)
    await revocation.assertActive(exact)
    return exact
  }

  return async (claims) => {
    // Without a subject, no revocation of a subject could ever reach the token.
    if (claims.sub === undefined) throw new InvalidClaimsError('The claim sub is missing.', 'sub')
    for (const name of stampedClaims) {
      if (Object.hasOwn(claims, name))
        throw new TypeError(`The claim ${name} is stamped by issue, and cannot be given.`)
    }
    return await new SignJWT(await stampUnrevoked(claims)).setProtectedHeader(header).sign(key)
  }
}

/** Timers may fire a fraction of a millisecond early. */
function nextMillisecond(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 2)
  })
}

/** The lifetime in seconds. @throws RangeError where tokens could not be told apart from dead ones, or would outlive their revocation. */
export function readLifetime(duration: Duration, { limits }: Revocation): number {
  const ms = durationToMs(duration, 'lifetime')
  if (ms < 1_000 || ms % 1_000 !== 0)
    throw new RangeError('lifetime must be whole seconds, at least one: exp and iat count seconds.')
  if (ms > limits.maxTokenLifetime)
    throw new RangeError('lifetime must not exceed the maxTokenLifetime of the revocation.')
  return ms / 1_000
}
