import type { Revocation } from '@revoked/core'
import type { JWTPayload } from 'jose'
import { assertAudience, assertIssuer, assertTimes } from './claim-rules.ts'
import type { InspectedToken } from './inspected-token.ts'
import { createTokenCache, type TokenCache, type TokenCacheOptions } from './token-cache.ts'
import { type AcceptUntyped, createReadType, type ReadType, type TokenType } from './token-type.ts'
import { parseClaims, type SignedToken, type VerifySignature } from './verify-signature.ts'

/** A token of which everything holds but what changes with time: `exp`, `nbf` and revocation. */
export type AuthenticToken = Pick<InspectedToken, 'claims' | 'type'>

/** Options of {@link createAuthenticate}. */
export interface AuthenticateSettings {
  readonly revocation: Revocation
  readonly issuer: string
  /** An access token must be for one of these. A refresh token must be for the issuer itself. */
  readonly audiences: readonly string[]
  readonly acceptUntyped: AcceptUntyped
  readonly cache: TokenCacheOptions | undefined
  readonly verifySignature: VerifySignature
}

/**
 * Verifies signature, issuer, type and audience of a token, in this order: whoever gets another
 * error than one of the signature knows that the issuer signed the token. Returns what `use` makes
 * of the authentic token, and at once if the cache knows the token.
 *
 * @throws InvalidTokenError if one of them does not hold.
 * @throws KeysUnavailableError if the keys could not be fetched.
 */
export type Authenticate = <Result>(
  token: string,
  use: (authentic: AuthenticToken) => Result,
) => Result | Promise<Result>

/** What the cache holds: the text of the claims, so that no caller changes those of another one. */
interface CachedToken {
  readonly payload: string
  readonly type: TokenType
}

/** Creates the function that authenticates tokens. */
export function createAuthenticate(settings: AuthenticateSettings): Authenticate {
  const { revocation, verifySignature } = settings
  const readType = createReadType(settings.acceptUntyped)
  const cache = settings.cache === undefined ? undefined : createTokenCache<CachedToken>(settings.cache, revocation.now)

  function authenticate<Result>(token: string, use: (authentic: AuthenticToken) => Result): Promise<Result> {
    const verifiedAt = revocation.now()
    return verifySignature(token, (signed) => {
      const type = judge(signed, readType, settings)
      // A refresh token is used once.
      if (type === 'access') cache?.set(token, { payload: signed.payload, type }, verifiedAt)
      return use({ claims: signed.claims, type })
    })
  }

  if (cache === undefined) return authenticate
  return (token, use) => {
    const known = recall(cache, token)
    return known === undefined ? authenticate(token, use) : use(known)
  }
}

function recall(cache: TokenCache<CachedToken>, token: string): AuthenticToken | undefined {
  const cached = cache.get(token)
  return cached === undefined ? undefined : { claims: parseClaims(cached.payload), type: cached.type }
}

function judge({ header, claims }: SignedToken, readType: ReadType, settings: AuthenticateSettings): TokenType {
  const { issuer, audiences } = settings
  assertIssuer(claims, issuer)
  const type = readType(header.typ, claims)
  // Verifiers that never look at `typ` refuse a refresh token all the same, for its audience.
  assertAudience(claims, type === 'refresh' ? [issuer] : audiences)
  assertTimes(claims as JWTPayload, ['exp'])
  return type
}
