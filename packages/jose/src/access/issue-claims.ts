import { InvalidClaimsError } from '@revoked/core'
import type { JWTPayload } from 'jose'

/** The claims of a token to issue. Those that are stamped cannot be given. */
export interface IssueClaims {
  readonly sub: string
  /** The session, if tokens of one login are to be revoked together. */
  readonly sid?: string
  readonly jti?: never
  readonly iat?: never
  readonly exp?: never
  readonly iss?: never
  readonly aud?: never
  readonly fam?: never
  readonly claims_at?: never
  readonly [name: string]: unknown
}

/** Claims with a session. */
export type SessionClaims = IssueClaims & { readonly sid: string }

const stampedClaims = ['jti', 'iat', 'exp', 'iss', 'aud', 'fam', 'claims_at'] as const

/**
 * Asserts that a token can be issued with these claims.
 *
 * @throws InvalidClaimsError without a subject: no revocation of a subject could ever reach the
 *   token.
 * @throws TypeError for a claim that is stamped, and for an inherited `sub` or `sid`.
 */
export function assertIssuable(claims: IssueClaims): void {
  for (const name of ['sub', 'sid'] as const) {
    // A getter of a class, say: only own properties get into a token, and a revocation reads it
    // there.
    if (claims[name] !== undefined && !Object.hasOwn(claims, name))
      throw new TypeError(`The claim ${name} must be an own property of the claims. Give a plain object.`)
  }
  if (claims.sub === undefined) throw new InvalidClaimsError('The claim sub is missing.', 'sub')
  for (const name of stampedClaims) {
    if (Object.hasOwn(claims, name)) throw new TypeError(`The claim ${name} is stamped, and cannot be given.`)
  }
}

/** Returns the claims that were given when a token was issued. */
export function givenClaims(payload: JWTPayload): IssueClaims {
  const given = Object.entries(payload).filter(([name]) => !(stampedClaims as readonly string[]).includes(name))
  return Object.fromEntries(given) as IssueClaims
}
