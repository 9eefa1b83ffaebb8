import { codeOf } from '../bearer/refusals.ts'

/**
 * What `problem` of an `ERR_INVALID_TOKEN` says if no verifier of the issuer accepts the token, now
 * or later. The list is closed on purpose: a token that is refused here for any other reason may be
 * accepted elsewhere.
 */
const unusable: ReadonlySet<unknown> = new Set([
  // No JWS at all, or not of JSON claims: RFC 7515, section 5.2; RFC 7519, section 7.2.
  'ERR_JWS_INVALID',
  'ERR_JWT_INVALID',
  // The keys of the issuer did not sign it. The key set is up to date: otherwise jose's error is
  // ERR_KEYS_UNAVAILABLE.
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWT_EXPIRED',
])

/**
 * Tells whether an error proves that no verifier accepts the token any more. Other refusals do not:
 * a token for another audience, of another type or algorithm, or of another issuer is valid there.
 */
export function isUnusable(error: unknown): boolean {
  const code = codeOf(error)
  if (code === 'ERR_TOKEN_REVOKED') return true
  return code === 'ERR_INVALID_TOKEN' && unusable.has(problemNamedBy(error))
}

function problemNamedBy(error: unknown): unknown {
  return error instanceof Error && 'problem' in error ? error.problem : undefined
}
