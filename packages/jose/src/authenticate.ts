import { RevocationError } from '@revoked/core'
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { InvalidTokenError } from './errors.ts'
import type { ReadKeys } from './keys.ts'

/** What a token turned out to be. Of an expired token everything but `exp` holds. */
export interface Authenticated {
  readonly claims: JWTPayload
  readonly expired: boolean
}

/**
 * Verifies signature and registered claims. jose looks at `exp` last, so a token that is merely expired
 * is otherwise in order.
 *
 * @throws InvalidTokenError where the token is not valid in any other way.
 * @throws KeysUnavailableError where the keys could not be fetched.
 */
export async function authenticate(
  token: string,
  key: ReadKeys['verification'],
  options: JWTVerifyOptions,
): Promise<Authenticated> {
  try {
    return { claims: (await jwtVerify(token, key, options)).payload, expired: false }
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { claims: error.payload, expired: true }
    throw refused(error)
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
