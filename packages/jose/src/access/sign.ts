import { type JWTPayload, SignJWT } from 'jose'
import type { SigningKey } from '../keys/keys.ts'
import type { Family } from '../refresh/refresh-claims.ts'
import type { SessionBounds } from '../refresh/session-end.ts'
import type { AuthenticationStamp } from './authentication-time.ts'
import type { IssueClaims } from './issue-claims.ts'
import { type TokenType, typOf } from './token-type.ts'

// Every JavaScript runtime has it; the language's own library does not declare it.
declare const crypto: { randomUUID(): string }

/** The claims that are stamped into every token beside its type and `jti`. */
interface Stamps extends Required<Pick<JWTPayload, 'iss' | 'aud' | 'iat' | 'exp'>>, SessionBounds, AuthenticationStamp {
  /** Of tokens that are sessions by themselves. */
  readonly jti?: string
  /** Of refresh tokens. */
  readonly fam?: Family
  /** Of tokens out of a rotation: when their other claims were looked up, in seconds. */
  readonly claims_at?: number
  /** Of pairs: when their session began, in seconds. */
  readonly session_at?: number
}

/** Signs a token, with a random `jti` unless one is stamped. */
export type Sign = (type: TokenType, claims: IssueClaims, stamps: Stamps) => Promise<string>

/** Creates the function that signs. */
export function createSign({ key, algorithm, keyId }: SigningKey): Sign {
  return async (type, claims, stamps) => {
    const header = { alg: algorithm, typ: typOf[type], ...(keyId !== undefined && { kid: keyId }) }
    const jwt = new SignJWT({ ...claims, jti: crypto.randomUUID(), ...stamps }).setProtectedHeader(header)
    return await jwt.sign(await key())
  }
}
