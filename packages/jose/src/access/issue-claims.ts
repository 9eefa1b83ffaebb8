import { InvalidClaimsError, requireIdClaim } from '@revoked/core'
import type { JWTPayload } from 'jose'

/**
 * The claims of a token to issue. Those that are stamped cannot be given.
 *
 * @example
 * ```ts
 * import type { AccessTokens, IssueClaims } from '@revoked/jose'
 *
 * const claims: IssueClaims = { sub: 'alice', role: 'editor', client_id: 'web' }
 * const logIn = (tokens: AccessTokens) => tokens.issue(claims)
 * ```
 */
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
  readonly auth_time?: never
  readonly session_at?: never
  readonly session_exp?: never
  readonly refresh_lifetime?: never
  readonly session_listed?: never
  readonly [name: string]: unknown
}

/**
 * Claims with a session.
 *
 * @example
 * ```ts
 * import type { SessionClaims } from '@revoked/jose'
 *
 * const sessionOf = ({ sub, sid }: SessionClaims): string => `${sub} on ${sid}`
 * ```
 */
export type SessionClaims = IssueClaims & { readonly sid: string }

const stampedClaims = [
  ...(['jti', 'iat', 'exp', 'iss', 'aud', 'fam', 'claims_at', 'auth_time'] as const),
  ...(['session_at', 'session_exp', 'refresh_lifetime', 'session_listed'] as const),
]

/**
 * Asserts that a token can be issued with these claims.
 *
 * @throws TypeError without `sub`, for an inherited `sub` or `sid`, and for a claim that is
 *   stamped. No revocation of a subject could reach a token without one.
 */
export function assertIssuable(claims: IssueClaims): void {
  for (const name of ['sub', 'sid'] as const) {
    // A getter of a class, say: only own properties get into a token, and a revocation reads it
    // there.
    if (claims[name] !== undefined && !Object.hasOwn(claims, name))
      throw new TypeError(`The claim ${name} must be an own property of the claims. Give a plain object.`)
  }
  if (claims.sub === undefined) throw new TypeError('The claim sub is missing: a token is issued for a subject.')
  for (const name of stampedClaims) {
    if (Object.hasOwn(claims, name)) throw new TypeError(`The claim ${name} is stamped, and cannot be given.`)
  }
}

/**
 * Returns the result of an operation on claims that the caller gave. Claims that are no ids are a
 * mistake of the caller and not of a token, so their error has no HTTP status.
 *
 * @throws TypeError in place of InvalidClaimsError.
 */
export async function onGivenClaims<Result>(operation: Promise<Result>): Promise<Result> {
  try {
    return await operation
  } catch (error) {
    throw errorOfGiven(error)
  }
}

function errorOfGiven(error: unknown): unknown {
  return error instanceof InvalidClaimsError ? new TypeError(error.message) : error
}

/**
 * Asserts that a claim that the caller gave is an id.
 *
 * @throws TypeError
 */
export function requireGivenId(value: unknown, claim: 'sub' | 'sid'): void {
  try {
    requireIdClaim(value, claim)
  } catch (error) {
    throw errorOfGiven(error)
  }
}

/** Returns the claims that were given when a token was issued. */
export function givenClaims(payload: JWTPayload): IssueClaims {
  const given = Object.entries(payload).filter(([name]) => !(stampedClaims as readonly string[]).includes(name))
  return Object.fromEntries(given) as IssueClaims
}
