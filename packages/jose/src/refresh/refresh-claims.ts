import { InvalidClaimsError } from '@revoked/core'
import type { JWTPayload } from 'jose'
import { boundsOf, type SessionBounds } from './session-end.ts'

/** The family of a refresh token: those of one login, each of which replaces the one before. */
export interface Family {
  readonly id: string
  /** 1 for the first one. */
  readonly generation: number
}

/** The claims of a verified refresh token. */
export interface RefreshClaims extends JWTPayload, SessionBounds {
  readonly jti: string
  readonly sub: string
  readonly sid: string
  readonly fam: Family
  readonly iat: number
  readonly exp: number
  /** When the other claims were looked up, in seconds. Default `iat`. */
  readonly claims_at?: number
  /** When the session began, in seconds. Default `iat`. */
  readonly session_at?: number
  /** When the user authenticated, in seconds. */
  readonly auth_time?: number
}

/**
 * Narrows the claims of a refresh token. It is signed with our key, and yet it may be of another
 * version, or of somebody else who has the key.
 *
 * @throws InvalidClaimsError if a claim is missing.
 */
export function readRefreshClaims(claims: JWTPayload): RefreshClaims {
  const { jti, sub, sid, fam, iat, exp, claims_at: claimsAt, session_at: sessionAt } = claims
  const { session_exp, refresh_lifetime, session_listed, auth_time } = claims
  if (typeof jti !== 'string' || typeof sub !== 'string' || typeof sid !== 'string' || !isFamily(fam))
    throw incomplete()
  if (iat === undefined || exp === undefined) throw incomplete()
  if (!isInstant(claimsAt) || !isInstant(sessionAt)) throw incomplete()
  if (!isInstant(session_exp) || !isInstant(refresh_lifetime) || !isInstant(auth_time)) throw incomplete()
  if (session_listed !== undefined && session_listed !== true) throw incomplete()
  return {
    ...claims,
    ...{ jti, sub, sid, fam, iat, exp },
    ...(claimsAt !== undefined && { claims_at: claimsAt }),
    ...(sessionAt !== undefined && { session_at: sessionAt }),
    ...(auth_time !== undefined && { auth_time }),
    ...boundsOf({ session_exp, refresh_lifetime, session_listed }),
  }
}

function isInstant(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number'
}

function incomplete(): InvalidClaimsError {
  return new InvalidClaimsError('A refresh token must have the claims jti, sub, sid, iat, exp and fam.')
}

function isFamily(fam: unknown): fam is Family {
  if (typeof fam !== 'object' || fam === null || !('id' in fam) || !('generation' in fam)) return false
  const { id, generation } = fam
  return (
    typeof id === 'string' &&
    id !== '' &&
    typeof generation === 'number' &&
    Number.isSafeInteger(generation + 1) &&
    generation > 0
  )
}
