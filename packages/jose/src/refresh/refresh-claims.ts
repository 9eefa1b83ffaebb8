import { InvalidClaimsError } from '@revoked/core'
import type { JWTPayload } from 'jose'

/** The refresh tokens that come of one login, each out of the one before. */
export interface Family {
  readonly id: string
  /** 1 for the first one. */
  readonly generation: number
}

/** A verified refresh token. */
export interface RefreshClaims extends JWTPayload {
  readonly sub: string
  readonly sid: string
  readonly fam: Family
  readonly iat: number
  readonly exp: number
}

/**
 * Signed by us, and yet it may be of another version, or by somebody else who has the key.
 *
 * @throws InvalidClaimsError where a claim is missing.
 */
export function readRefreshClaims(claims: JWTPayload): RefreshClaims {
  const { sub, sid, fam, iat, exp } = claims
  if (typeof sub !== 'string' || typeof sid !== 'string' || !isFamily(fam) || iat === undefined || exp === undefined)
    throw new InvalidClaimsError('A refresh token must have the claims sub, sid, iat, exp and fam.')
  return { ...claims, sub, sid, fam, iat, exp }
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
