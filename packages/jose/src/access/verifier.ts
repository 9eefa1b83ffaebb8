import {
  assertAllowed,
  type CheckOptions,
  type ObservedRefusal,
  type RevokeOptions,
  type RevokeResult,
  TokenRevokedError,
} from '@revoked/core'
import { InvalidTokenError } from '../errors.ts'
import { UnknownKeyError } from '../keys/remote-keys.ts'
import type { RevocableTokenOptions } from '../options.ts'
import type { Endings } from '../sessions/endings.ts'
import { assertCurrent } from './claim-rules.ts'
import type { Inspect } from './inspect.ts'
import type { InspectedToken, TokenClaims } from './inspected-token.ts'

/**
 * A token that may pass.
 *
 * @example
 * ```ts
 * import type { VerifiedToken } from '@revoked/jose'
 *
 * const mayPay = ({ claims, degraded }: VerifiedToken): boolean =>
 *   !degraded && claims['role'] === 'owner' // Degraded: the store was unavailable, and the policy is open.
 * ```
 */
export interface VerifiedToken {
  /** Its payload, as far as revocation reads it narrowed. */
  readonly claims: TokenClaims
  /**
   * `true` if the store was unavailable and the policy lets tokens pass: the token may have been
   * revoked.
   */
  readonly degraded: boolean
  /** Only in the mode `'observe'` of the revocation: what the token would be refused with. */
  readonly observed?: ObservedRefusal
}

/**
 * Verifies and revokes tokens. Made by `createRevocableTokens`.
 *
 * @example
 * ```ts
 * import type { RevocableTokens } from '@revoked/jose'
 *
 * const logOut = (tokens: RevocableTokens, token: string) => tokens.revoke(token, { reason: 'logout' })
 * const confirmEmail = (tokens: RevocableTokens, link: string) => tokens.redeem(link) // Once.
 * ```
 */
export interface RevocableTokens {
  /**
   * Verifies signature, issuer, type, audience and times of an access token first, then looks for a
   * revocation.
   *
   * If the key of a token is not in a remote key set, and the set may not be loaded again yet
   * (`cooldownDuration` of jose), nobody can tell whether the token is good: that is a
   * KeysUnavailableError. It is an InvalidTokenError from then on that a set lacked the key which
   * was fetched after the first token with its `kid` had come.
   *
   * In the mode `'observe'`, a token passes that would be refused by its revocation: `observed` is
   * the error.
   *
   * @throws InvalidTokenError (401) if it is not valid. `problem` and `claim` name the rule.
   * @throws InvalidClaimsError or TokenLifetimeError (401) if it is valid, and its claims are
   *   unusable.
   * @throws TokenRevokedError (401) if it was revoked.
   * @throws RevocationUnavailableError (503) if the store is unavailable and the policy is closed.
   * @throws KeysUnavailableError (503) if the keys could not be fetched.
   * @throws TypeError for an inspected token of other tokens.
   */
  verify(token: string | InspectedToken, options?: CheckOptions): Promise<VerifiedToken>
  /**
   * Uses up a token that is good for one use, such as a link in a mail: verifies and revokes it in
   * one. Of any number of callers at the same time exactly one is answered; with an open policy,
   * and in the mode `'observe'`, too.
   *
   * @throws TokenRevokedError (401) if it was used before.
   * @throws as `verify` and `revoke` do.
   */
  redeem(token: string | InspectedToken): Promise<TokenClaims>
  /**
   * Logs a token out: an access token by itself, a refresh token with its whole session (RFC 7009,
   * section 2.1). The token is verified first: nobody can fill the store with made-up ids. It may
   * lie in the future (`nbf`). An access token that has expired already is done.
   *
   * @throws InvalidTokenError if it is not valid: nothing was revoked. If `claim` is `aud` or
   * `problem` is `ERR_TOKEN_TYPE`, the issuer signed it, and it stays valid elsewhere: do not
   * answer that it was revoked.
   * @throws KeysUnavailableError if the keys could not be fetched, or the key of the token is not
   *   known yet.
   * @throws RevocationUnavailableError if the store failed: never say "you are logged out" then.
   * @throws UnidentifiableTokenError if it has no `jti`.
   * @throws TypeError for an inspected token of other tokens.
   */
  revoke(token: string | InspectedToken, options?: RevokeOptions): Promise<RevokeResult>
  /**
   * Ends the session (`sid`) of an access or refresh token, which may have expired: a logout after
   * an hour is meant all the same.
   *
   * @throws InvalidTokenError if it is not valid, InvalidClaimsError if it has no `sid`: nothing
   *   was revoked.
   * @throws KeysUnavailableError and RevocationUnavailableError as `revoke` does.
   * @throws TypeError for an inspected token of other tokens.
   */
  endSession(token: string | InspectedToken, options?: RevokeOptions): Promise<RevokeResult>
  /**
   * Verifies signature, issuer, type and audience of a token, and returns what it is: expired or
   * not valid yet, too. **It does not look for a revocation**: use it to log out, to log, and to
   * pass its result to `verify`, `revoke` or `endSession`.
   *
   * @throws InvalidTokenError or KeysUnavailableError, as `revoke` does.
   */
  inspect(token: string): Promise<InspectedToken>
}

/** What a verifier takes, once validated. */
export interface VerifierSettings extends Pick<RevocableTokenOptions, 'revocation'> {
  readonly inspect: Inspect
  readonly endings: Endings
}

/** Creates the verifying side. */
export function createVerifier({ revocation, inspect, endings }: VerifierSettings): RevocableTokens {
  async function verify(token: string | InspectedToken, options?: CheckOptions): Promise<VerifiedToken> {
    let inspected: InspectedToken
    try {
      inspected = await inspect(token, 'access')
    } catch (error) {
      throw requestError(error)
    }
    assertCurrent(inspected)
    const { claims } = inspected
    const verdict = await revocation.check(claims, options)
    assertAllowed(verdict)
    if (verdict.status !== 'observed') return { claims, degraded: verdict.status === 'unavailable' }
    const { error } = verdict
    return { claims, degraded: error.code === 'ERR_REVOCATION_UNAVAILABLE', observed: error }
  }

  return {
    verify,
    redeem: async (token) => {
      const { claims } = await verify(token)
      const { changed } = await endings.endToken(claims, { reason: 'redeemed' })
      if (!changed) throw new TokenRevokedError('jti', 'redeemed')
      return claims
    },
    revoke: async (token, options) => {
      const { type, claims } = await inspect(token)
      return await (type === 'refresh' ? endings.endSession(claims, options) : endings.endToken(claims, options))
    },
    endSession: async (token, options) => await endings.endSession((await inspect(token)).claims, options),
    inspect: async (token) => freeze(await inspect(token)),
  }
}

/**
 * Freezes an inspected token and its claims: whoever is handed them cannot make another token of
 * it.
 */
function freeze<Value extends object>(value: Value): Value {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child)
  return Object.freeze(value)
}

/**
 * Translates the error of a request. A client whose key was withdrawn must log in again, and a 503
 * would have it try for ever: for a request, unlike for a revocation, it is enough that the key was
 * missing since its first token came.
 */
function requestError(error: unknown): unknown {
  return error instanceof UnknownKeyError && error.wasMissing
    ? new InvalidTokenError('ERR_JWKS_NO_MATCHING_KEY')
    : error
}
