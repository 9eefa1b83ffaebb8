import { RevocationError } from '@revoked/core'

/**
 * The codes of the errors that this package adds to those of `@revoked/core`. New codes are added,
 * never renamed.
 *
 * @example
 * ```ts
 * import type { TokenErrorCode } from '@revoked/jose'
 *
 * const answers: Record<TokenErrorCode, 401 | 503> = {
 *   ERR_INVALID_TOKEN: 401,
 *   ERR_REFRESH_REUSED: 401,
 *   ERR_KEYS_UNAVAILABLE: 503,
 * }
 * ```
 */
export type TokenErrorCode = 'ERR_INVALID_TOKEN' | 'ERR_KEYS_UNAVAILABLE' | 'ERR_REFRESH_REUSED'

/**
 * The token is not one of ours, or not any more: malformed, of another algorithm, issuer, type or
 * audience, badly signed, expired. Answer 401.
 *
 * @example
 * ```ts
 * import type { InvalidTokenError, RevocableTokens } from '@revoked/jose'
 *
 * const verify = (tokens: RevocableTokens, token: string) =>
 *   tokens.verify(token).catch((error: Partial<InvalidTokenError>) => {
 *     if (error.code === 'ERR_INVALID_TOKEN') console.warn('refused', error.problem, error.claim)
 *     throw error
 *   })
 * ```
 */
export class InvalidTokenError extends RevocationError {
  readonly code: Extract<TokenErrorCode, 'ERR_INVALID_TOKEN'> = 'ERR_INVALID_TOKEN'
  override readonly status = 401
  override readonly statusCode = 401
  /**
   * The rule that was broken, as a code of jose: `ERR_JWS_SIGNATURE_VERIFICATION_FAILED`,
   * `ERR_JWT_EXPIRED`, `ERR_JWT_CLAIM_VALIDATION_FAILED` (see `claim`) and so on. Or a code of this
   * package: `ERR_TOKEN_TYPE` if the token is of another type, `ERR_KEY_UNSUITABLE` if the
   * algorithm of the token is accepted, but the key is of another kind. The error of jose itself
   * holds the payload, and is not kept.
   */
  readonly problem: string
  /** The name of the claim or header parameter at fault, if it is one. Never its value. */
  declare readonly claim?: string

  static {
    InvalidTokenError.prototype.name = 'InvalidTokenError'
  }

  /** @param hint - a sentence for the operator: what to change, if the token is to be accepted. */
  constructor(problem: string, claim?: string, hint?: string) {
    const at = claim === undefined ? '' : `, claim ${claim}`
    super(`The token is not valid: ${problem}${at}.${hint === undefined ? '' : ` ${hint}`}`)
    this.problem = problem
    if (claim !== undefined) this.claim = claim
  }
}

/**
 * The keys to verify with could not be fetched; `cause` says why. Answer 503: the token may well be
 * good.
 *
 * @example
 * ```ts
 * import type { KeysUnavailableError, RevocableTokens } from '@revoked/jose'
 *
 * const verify = (tokens: RevocableTokens, token: string) =>
 *   tokens.verify(token).catch((error: Partial<KeysUnavailableError>) => {
 *     if (error.code === 'ERR_KEYS_UNAVAILABLE') console.error('the JWKS cannot be fetched', error.cause)
 *     throw error
 *   })
 * ```
 */
export class KeysUnavailableError extends RevocationError {
  readonly code: Extract<TokenErrorCode, 'ERR_KEYS_UNAVAILABLE'> = 'ERR_KEYS_UNAVAILABLE'
  override readonly status = 503
  override readonly statusCode = 503

  static {
    KeysUnavailableError.prototype.name = 'KeysUnavailableError'
  }

  constructor(cause: unknown) {
    super('The keys to verify tokens with could not be fetched; see cause.', { cause })
  }
}

/**
 * A refresh token was used that had been spent: it was stolen, or its successor was. Its session is
 * revoked by now, for both. Answer 401.
 *
 * @example
 * ```ts
 * import type { RefreshReusedError, TokenPairs } from '@revoked/jose'
 *
 * const refresh = (tokens: TokenPairs, refreshToken: string) =>
 *   tokens.rotate(refreshToken).catch((error: Partial<RefreshReusedError>) => {
 *     // Its session is revoked by now. Tell the user, who may not be the thief.
 *     if (error.code === 'ERR_REFRESH_REUSED') console.warn('a refresh token was used twice')
 *     throw error
 *   })
 * ```
 */
export class RefreshReusedError extends RevocationError {
  readonly code: Extract<TokenErrorCode, 'ERR_REFRESH_REUSED'> = 'ERR_REFRESH_REUSED'
  override readonly status = 401
  override readonly statusCode = 401

  static {
    RefreshReusedError.prototype.name = 'RefreshReusedError'
  }

  constructor() {
    super('The refresh token was used before. Its session was revoked, since nobody can tell by whom.')
  }
}
