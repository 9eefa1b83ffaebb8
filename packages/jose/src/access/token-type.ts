import { decodeProtectedHeader } from 'jose'
import { InvalidTokenError } from '../errors.ts'

/** What a token is for. The two never stand in for each other. */
export type TokenType = 'access' | 'refresh'

/** The `typ` that is stamped into each (RFC 8725, section 3.11). */
export const typOf: Readonly<Record<TokenType, string>> = { access: 'JWT', refresh: 'rt+jwt' }

/** Other issuers' access tokens may name theirs (RFC 9068, section 2.1), or none. */
const types: Readonly<Record<string, TokenType>> = { jwt: 'access', 'at+jwt': 'access', 'rt+jwt': 'refresh' }

/**
 * The type that a header names.
 *
 * @throws InvalidTokenError for any other kind of JWT: a logout token, a DPoP proof.
 */
export function typeOf(typ: unknown): TokenType {
  if (typ === undefined) return 'access'
  if (typeof typ !== 'string') throw new InvalidTokenError('ERR_TOKEN_TYPE')
  // RFC 7515, section 4.1.9: a media type, without regard to case, and its prefix may be left out.
  const name = typ.toLowerCase().replace(/^application\//, '')
  const type = Object.hasOwn(types, name) ? types[name] : undefined
  if (type === undefined) throw new InvalidTokenError('ERR_TOKEN_TYPE')
  return type
}

/** The type that a token claims to be of, before it was verified. What cannot be read is for the verification to refuse. */
export function typeClaimedBy(token: string): TokenType {
  return typeOf(readTyp(token))
}

function readTyp(token: string): unknown {
  try {
    return decodeProtectedHeader(token).typ
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
