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
 * @throws TypeError for a claim that is stamped.
 */
export function assertIssuable(claims: IssueClaims): void {
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
