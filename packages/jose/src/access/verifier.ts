import {
  assertAllowed,
  type CheckOptions,
  InvalidClaimsError,
  type RevokeOptions,
  type RevokeResult,
  TokenRevokedError,
} from '@revoked/core'
import { InvalidTokenError } from '../errors.ts'
import type { RevocableTokenOptions } from '../options.ts'
import type { Inspect, InspectedToken } from './inspect.ts'

/** A token that may pass. */
export interface VerifiedToken {
  /** Its payload, as far as revocation reads it narrowed. */
  readonly claims: InspectedToken['claims']
  /** `true` where the store was unavailable and the policy lets tokens pass: the token may have been revoked. */
  readonly degraded: boolean
}

/** Verifies and revokes tokens. Made by `createRevocableTokens`. */
export interface RevocableTokens {
  /**
   * Verifies signature, type and registered claims of an access token first, then looks for a revocation.
   *
   * @throws InvalidTokenError (401) where it is not valid.
   * @throws InvalidClaimsError or TokenLifetimeError (401) where it is valid, and its claims are unusable.
   * @throws TokenRevokedError (401) where it was revoked.
   * @throws RevocationUnavailableError (503) where the store is unavailable and the policy is closed.
   * @throws KeysUnavailableError (503) where the keys could not be fetched.
   */
  verify(token: string, options?: CheckOptions): Promise<VerifiedToken>
  /**
   * Uses up a token that is good for one use, such as a link in a mail: verifies and revokes it in one. Of any number of callers at the
   * same time exactly one is answered; with an open policy, too.
   *
   * @throws TokenRevokedError (401) where it was used before.
   * @throws as `verify` and `revoke` do.
   */
  redeem(token: string): Promise<InspectedToken['claims']>
  /**
   * Logs a token out: an access token by itself, a refresh token with its whole session (RFC 7009, section 2.1). It is verified first:
   * nobody can fill the store with made-up ids. An access token that has expired already is done.
   *
   * @throws InvalidTokenError where it is not valid: nothing was revoked.
   * @throws RevocationUnavailableError where the store failed: never say "you are logged out" then.
   * @throws UnidentifiableTokenError where it has no `jti`.
   */
  revoke(token: string, options?: RevokeOptions): Promise<RevokeResult>
  /**
   * Ends the session (`sid`) of an access or refresh token, which may have expired: who logs out after an hour means it all the same.
   *
   * @throws InvalidTokenError where it is not valid, InvalidClaimsError where it has no `sid`: nothing was revoked.
   * @throws RevocationUnavailableError where the store failed: never say "you are logged out" then.
   */
  endSession(token: string, options?: RevokeOptions): Promise<RevokeResult>
  /**
   * Tells what a token is, expired or not, **and does not look whether it was revoked**: for logging out and for logs, never to let a
   * request in.
   *
   * @throws InvalidTokenError or KeysUnavailableError.
   */
  inspect(token: string): Promise<InspectedToken>
}

/** The verifying side. */
export function createVerifier({ revocation, issuer }: RevocableTokenOptions, inspect: Inspect): RevocableTokens {
  async function verify(token: string, options?: CheckOptions): Promise<VerifiedToken> {
    const { claims, expired } = await inspect(token, 'access')
    if (expired) throw new InvalidTokenError('ERR_JWT_EXPIRED', 'exp')
    const verdict = await revocation.check(claims, options)
    assertAllowed(verdict)
    return { claims, degraded: verdict.status === 'unavailable' }
  }

  async function revokeSession({ claims }: InspectedToken, options?: RevokeOptions): Promise<RevokeResult> {
    const { sid } = claims
    if (sid === undefined) throw new InvalidClaimsError('The claim sid is missing: the token is of no session.', 'sid')
    return await revocation.revoke(revocation.issuer === '*' ? { session: sid, issuer } : { session: sid }, options)
  }

  return {
    verify,
    redeem: async (token) => {
      const { claims } = await verify(token)
      const { changed } = await revocation.revoke({ token: claims }, { reason: 'redeemed' })
      if (!changed) throw new TokenRevokedError('jti', 'redeemed')
      return claims
    },
    revoke: async (token, options) => {
      const inspected = await inspect(token)
      if (inspected.type === 'refresh') return await revokeSession(inspected, options)
      return await revocation.revoke({ token: inspected.claims }, options)
    },
    endSession: async (token, options) => await revokeSession(await inspect(token), options),
    inspect: (token) => inspect(token),
  }
}
