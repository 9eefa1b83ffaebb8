import { type Claims, type Revocation, RevocationError } from '@revoked/core'
import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { InvalidTokenError } from '../errors.ts'
import type { ReadKeys } from '../keys/keys.ts'

/** What a token turned out to be. Of an expired token everything but `exp` holds. */
export interface Authenticated {
  /** Its payload, as far as revocation reads it narrowed. */
  readonly claims: JWTPayload & Claims
  /** The type that its header names. Nothing has looked at it yet. */
  readonly typ: unknown
  readonly expired: boolean
}

/** What tokens are held to. */
export interface AuthenticateSettings {
  readonly revocation: Revocation
  readonly issuer: string
  /** The accepted ones, by name: a token never chooses its own. */
  readonly algorithms: readonly string[]
  readonly verification: ReadKeys['verification']
}

/**
 * Verifies signature and registered claims of a token for this audience.
 *
 * @throws InvalidTokenError where the token is not valid in any way but `exp`.
 * @throws KeysUnavailableError where the keys could not be fetched.
 */
export type Authenticate = (token: string, audience: string) => Promise<Authenticated>

/** The verifying side, by the clock and with the leeway of the revocation: the two cannot disagree. */
export function createAuthenticate({
  revocation,
  issuer,
  algorithms,
  verification,
}: AuthenticateSettings): Authenticate {
  const accepted = [...algorithms]

  return async (token, audience) => {
    const options: JWTVerifyOptions = {
      algorithms: accepted,
      issuer,
      audience,
      requiredClaims: ['exp'],
      clockTolerance: revocation.limits.clockTolerance / 1_000,
      currentDate: new Date(revocation.now()),
    }
    try {
      const { payload, protectedHeader } = await jwtVerify(token, await verification(), options)
      return { claims: payload, typ: protectedHeader.typ, expired: false }
    } catch (error) {
      // jose looks at `exp` last, so a token that is merely expired is otherwise in order.
      if (error instanceof errors.JWTExpired)
        return { claims: error.payload, typ: decodeProtectedHeader(token).typ, expired: true }
      throw refused(error)
    }
  }
}

function refused(error: unknown): unknown {
  if (error instanceof RevocationError) return error
  if (error instanceof errors.JWTClaimValidationFailed) return new InvalidTokenError(error.code, error.claim)
  if (error instanceof errors.JOSEError) return new InvalidTokenError(error.code)
  // jose throws a TypeError where the key is of another kind than the algorithm. Which of the accepted algorithms that is,
  // the token says, and anybody can write a token: it is no fault of the server's.
  return new InvalidTokenError('ERR_KEY_UNSUITABLE')
}
