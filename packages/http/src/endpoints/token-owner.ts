import type { TokenClaims } from '../bearer/verifies-tokens.ts'

/**
 * Returns the client that a token was issued to, as its issuer says: `client_id` (RFC 9068, section
 * 2.2; RFC 8693, section 4.3), or `azp` (OpenID Connect Core 1.0, section 2), which some providers
 * use in access tokens instead. `undefined` if the token has neither.
 *
 * The value can be of any type: compare it with `===`.
 */
export function ownerOf(claims: TokenClaims): unknown {
  return claims['client_id'] ?? claims['azp']
}
