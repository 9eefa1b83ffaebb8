import type { Claims, RevokeResult } from '@revoked/core'
import { createAuthenticate } from '../access/authenticate.ts'
import { InvalidTokenError } from '../errors.ts'
import { readKeys } from '../keys/keys.ts'
import { assertOptions, type RevocableTokenOptions, revocableTokenOptionNames } from '../options.ts'

/** What {@link createLogoutTokens} takes. */
export interface LogoutTokenOptions extends RevocableTokenOptions {
  /** The OpenID provider whose logout tokens are accepted. */
  readonly issuer: string
  /** Our `client_id` at the provider. */
  readonly audience: string
}

/** Redeems logout tokens. Made by {@link createLogoutTokens}. */
export interface LogoutTokens {
  /**
   * Verifies a logout token and logs out whom it names: the session (`sid`), or every session of the subject where it names none.
   * Of any number of callers with the same token one is answered, and the others are refused.
   *
   * @throws InvalidTokenError where it is not valid, or was redeemed already (`problem` is `ERR_LOGOUT_TOKEN_REPLAYED`).
   * @throws InvalidClaimsError or TokenLifetimeError where it is valid, and its claims are unusable.
   * @throws RevocationUnavailableError where the store failed: the provider may try again with the same token.
   * @throws KeysUnavailableError where the keys of the provider could not be fetched.
   */
  redeem(logoutToken: string): Promise<RevokeResult>
}

/** What a logout token says (section 2.4). */
interface LogoutClaims extends Claims {
  readonly jti: string
  readonly events?: unknown
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
const reason = 'back_channel_logout'

/** Keeps the marks of logout tokens apart from those of tokens that happen to have the same `jti`. */
const idPrefix = 'logout-token:'

/**
 * The logout tokens of an OpenID provider (OpenID Connect Back-Channel Logout 1.0). They log out what carries the provider's `sid` and
 * `sub`: its own access tokens, or session tokens of yours into which you copied the two. Encrypted logout tokens are refused.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createLogoutTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import { createRemoteJWKSet } from 'jose'
 *
 * const logoutTokens = createLogoutTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'our-client-id',
 *   algorithms: ['RS256'],
 *   keys: { publicKey: createRemoteJWKSet(new URL('https://login.example/jwks')) },
 * })
 *
 * async function logOut(logoutToken: string): Promise<void> {
 *   await logoutTokens.redeem(logoutToken)
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createLogoutTokens(options: LogoutTokenOptions): LogoutTokens {
  assertOptions(options, revocableTokenOptionNames)
  const { revocation, issuer, audience, algorithms } = options
  const { verification } = readKeys(options.keys, algorithms)
  const authenticate = createAuthenticate({ revocation, issuer, algorithms, verification })
  const inIssuer = revocation.issuer === '*' ? { issuer } : {}

  /** The logout token itself, as a token that can be revoked, of the issuer that the revocation accepts. */
  function spendable({ jti, iat, exp }: LogoutClaims): Claims {
    return { jti: idPrefix + jti, iat, exp, iss: revocation.issuer === '*' ? issuer : revocation.issuer }
  }

  /** An open policy does not apply: a replay that is taken for the first use would log somebody out again. */
  async function assertUnspent(claims: Claims): Promise<void> {
    const verdict = await revocation.check(claims, { failPolicy: 'closed' })
    if (verdict.status === 'unavailable') throw verdict.error
    // That everything was revoked, say, is no replay.
    if (verdict.status === 'revoked' && verdict.by === 'jti') throw replayed()
  }

  return {
    redeem: async (logoutToken) => {
      const { claims, typ, expired } = await authenticate(logoutToken, audience)
      if (expired) throw new InvalidTokenError('ERR_JWT_EXPIRED', 'exp')
      assertLogoutToken(claims, typ)
      const token = spendable(claims)
      await assertUnspent(token)
      // The logout comes before the mark that ends the logout token. The other way round, a failure in between would leave
      // somebody logged in whom no retry of the provider could log out any more.
      const result = await revocation.revoke({ ...subjectOf(claims), ...inIssuer }, { reason })
      const { changed } = await revocation.revoke({ token }, { reason })
      if (!changed) throw replayed()
      return result
    },
  }
}

/** The session, or the subject where no session is named: all of its sessions are meant then (section 2.4). */
function subjectOf({ sid, sub = '' }: LogoutClaims): { readonly session: string } | { readonly subject: string } {
  return sid === undefined ? { subject: sub } : { session: sid }
}

/** What section 2.6 asks for beyond what is asked of every token. */
function assertLogoutToken(claims: Claims, typ: unknown): asserts claims is LogoutClaims {
  if (!isLogoutType(typ)) throw refused('typ')
  if (claims.iat === undefined) throw refused('iat')
  if (typeof claims.jti !== 'string' || claims.jti === '') throw refused('jti')
  if (claims.sid === undefined && claims.sub === undefined) throw refused('sub')
  if (!('events' in claims) || !isObject(claims.events)) throw refused('events')
  if (!Object.hasOwn(claims.events, logoutEvent) || !isObject(claims.events[logoutEvent])) throw refused('events')
  // An ID token has one, and must never pass for a logout token.
  if (Object.hasOwn(claims, 'nonce')) throw refused('nonce')
}

/** Most providers name no type, or `JWT`: to require the explicit one would shut them out (section 4.1). Another type is refused. */
function isLogoutType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === 'string' && /^(?:application\/)?(?:logout\+)?jwt$/i.test(typ))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refused(claim: string): InvalidTokenError {
  return new InvalidTokenError('ERR_JWT_CLAIM_VALIDATION_FAILED', claim)
}

function replayed(): InvalidTokenError {
  return new InvalidTokenError('ERR_LOGOUT_TOKEN_REPLAYED', 'jti')
}
