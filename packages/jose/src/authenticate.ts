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
    throw error instanceof errors.JOSEError ? refused(error) : explained(error)
  }
}

function refused(error: errors.JOSEError): InvalidTokenError {
  return error instanceof errors.JWTClaimValidationFailed
    ? new InvalidTokenError(error.code, error.claim)
    : new InvalidTokenError(error.code)
}

/** What is not the token's fault: keys that could not be fetched, or that do not go with the algorithm. */
function explained(error: unknown): unknown {
  if (error instanceof RevocationError) return error
  return new TypeError('The keys cannot verify tokens of these algorithms; see cause.', { cause: error })
}
