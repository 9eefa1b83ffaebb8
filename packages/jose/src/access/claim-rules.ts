import type { JWTPayload } from 'jose'
import { InvalidTokenError } from '../errors.ts'

/** What the clock says of a token. */
export interface Times {
  /** Its `exp` has passed, by more than the tolerance. */
  readonly expired: boolean
  /** Its `nbf` lies ahead, by more than the tolerance. */
  readonly notYetValid: boolean
}

/**
 * Judges `exp` and `nbf` as jose does: in whole seconds, with the tolerance of the revocation.
 * A verification and a hit of the cache of tokens both judge here, so the two cannot disagree.
 *
 * @param now - ms since the epoch.
 * @param clockTolerance - ms.
 */
export function judgeTimes({ exp, nbf }: JWTPayload, now: number, clockTolerance: number): Times {
  const seconds = Math.floor(now / 1_000)
  const tolerance = clockTolerance / 1_000
  return {
    expired: exp !== undefined && exp <= seconds - tolerance,
    notYetValid: nbf !== undefined && nbf > seconds + tolerance,
  }
}

/** @throws InvalidTokenError if the token may not be used at this time. */
export function assertCurrent({ expired, notYetValid }: Times): void {
  if (notYetValid) throw claimRefused('nbf')
  if (expired) throw new InvalidTokenError('ERR_JWT_EXPIRED', 'exp')
}

/** @throws InvalidTokenError unless the times of the token are numbers. */
export function assertTimes(claims: JWTPayload, required: readonly ('exp' | 'iat')[]): void {
  for (const name of ['exp', 'iat', 'nbf'] as const) {
    const isMissing = claims[name] === undefined && !(required as readonly string[]).includes(name)
    if (!isMissing && typeof claims[name] !== 'number') throw claimRefused(name)
  }
}

/** @throws InvalidTokenError unless the token is of this issuer. */
export function assertIssuer({ iss }: JWTPayload, issuer: string): void {
  if (iss !== issuer) throw claimRefused('iss')
}

/** @throws InvalidTokenError unless the token is for one of these audiences. */
export function assertAudience({ aud }: JWTPayload, audiences: readonly string[]): void {
  // Nothing has looked at the claims yet: `aud` may be anything.
  const isAccepted = Array.isArray(aud)
    ? aud.some((value) => audiences.includes(value))
    : typeof aud === 'string' && audiences.includes(aud)
  if (!isAccepted) throw claimRefused('aud')
}

/** The refusal of a claim, by its name. */
export function claimRefused(claim: string): InvalidTokenError {
  return new InvalidTokenError('ERR_JWT_CLAIM_VALIDATION_FAILED', claim)
}
