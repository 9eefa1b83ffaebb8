import type { JWTPayload } from 'jose'
import { InvalidTokenError } from '../errors.ts'

/**
 * What a token is for. An access token never stands in for a refresh token, nor the other way
 * round.
 *
 * @example
 * ```ts
 * import type { RevocableTokens, TokenType } from '@revoked/jose'
 *
 * const isRefresh = (type: TokenType): boolean => type === 'refresh'
 * const typeOf = async (tokens: RevocableTokens, token: string) => isRefresh((await tokens.inspect(token)).type)
 * ```
 */
export type TokenType = 'access' | 'refresh'

/**
 * Whether tokens without an explicit type are accepted: with the `typ` `JWT`, or with none. A
 * function decides by the verified claims whether they are those of an access token.
 *
 * @example
 * ```ts
 * import type { AcceptUntyped } from '@revoked/jose'
 *
 * // Of an issuer whose access tokens have the typ JWT.
 * const acceptUntyped: AcceptUntyped = (claims) => claims['token_use'] === 'access'
 * ```
 */
export type AcceptUntyped = boolean | ((claims: JWTPayload) => boolean)

/** The `typ` that is stamped into each (RFC 9068, section 2.1; RFC 8725, section 3.11). */
export const typOf: Readonly<Record<TokenType, string>> = { access: 'at+jwt', refresh: 'rt+jwt' }

const types: Readonly<Record<string, TokenType | 'untyped'>> = {
  'at+jwt': 'access',
  'rt+jwt': 'refresh',
  jwt: 'untyped',
}

/**
 * Claims that make a token something else than an access token, if it has no explicit type: an
 * event such as a logout token (RFC 8417, section 2.2), or an ID token (OpenID Connect Core 1.0,
 * sections 2, 3.3.2.11; FAPI 1.0 part 2, section 5.1).
 */
const foreignClaims = ['events', 'nonce', 'at_hash', 'c_hash', 's_hash'] as const

/**
 * Claims that access tokens have and ID tokens lack: the scope (RFC 9068, section 2.2.3; `scp` at
 * Okta and Entra), and what Entra writes about the client's authentication.
 */
const accessClaims = ['scope', 'scp', 'appid', 'azpacr'] as const

const untypedHint = 'To accept access tokens without the typ at+jwt, see the option acceptUntyped.'
const unrecognizedHint =
  'Its claims do not show that it is an access token: give acceptUntyped a function that decides.'

/** Returns the type of a verified token, by its header and claims. */
export type ReadType = (typ: unknown, claims: JWTPayload) => TokenType

/**
 * Creates the function that tells what a token is. The explicit type decides. Without one, an
 * access token must be recognized: ID tokens need not hold anything that access tokens lack (an ID
 * token may consist of `iss`, `sub`, `aud`, `exp` and `iat`), so the absence of the claims of an ID
 * token proves nothing.
 *
 * @throws InvalidTokenError `ERR_TOKEN_TYPE` for any other kind of JWT: a logout token, an ID
 *   token, a DPoP proof.
 */
export function createReadType(acceptUntyped: AcceptUntyped): ReadType {
  const isAccessToken = typeof acceptUntyped === 'function' ? acceptUntyped : hasAccessClaim

  return (typ, claims) => {
    const type = namedType(typ)
    if (type !== 'untyped') return type
    if (acceptUntyped === false) throw wrongType('typ', untypedHint)
    const foreign = foreignClaimOf(claims)
    if (foreign !== undefined) throw wrongType(foreign)
    const answer: unknown = isAccessToken(claims)
    // A promise is no answer, and its rejection must not end the process.
    if (answer instanceof Promise) answer.catch(() => undefined)
    if (answer !== true) throw wrongType('typ', unrecognizedHint)
    return 'access'
  }
}

function namedType(typ: unknown): TokenType | 'untyped' {
  if (typ === undefined) return 'untyped'
  if (typeof typ !== 'string') throw wrongType('typ')
  // RFC 7515, section 4.1.9: a media type, without regard to case, and its prefix may be left out.
  const name = typ.toLowerCase().replace(/^application\//, '')
  const type = Object.hasOwn(types, name) ? types[name] : undefined
  if (type === undefined) throw wrongType('typ')
  return type
}

/** The claim by which a token is no access token, if it has one. */
function foreignClaimOf(claims: JWTPayload): string | undefined {
  const { typ, token_use: use } = claims
  // Keycloak names the kind in the claims: Bearer, ID, Refresh, Logout. Cognito has access or id.
  if (typ !== undefined && typ !== 'Bearer') return 'typ'
  if (use !== undefined && use !== 'access') return 'token_use'
  // Before version 25, Keycloak wrote the nonce of the login into access tokens too.
  return foreignClaims.find((name) => Object.hasOwn(claims, name) && !(name === 'nonce' && typ === 'Bearer'))
}

function hasAccessClaim(claims: JWTPayload): boolean {
  const { typ, token_use: use } = claims
  return typ === 'Bearer' || use === 'access' || accessClaims.some((name) => Object.hasOwn(claims, name))
}

function wrongType(claim: string, hint?: string): InvalidTokenError {
  return new InvalidTokenError('ERR_TOKEN_TYPE', claim, hint)
}
