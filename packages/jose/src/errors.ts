import { RevocationError } from '@revoked/core'

/**
 * The token is not one of ours, or not any more: malformed, of another algorithm, issuer or audience, badly
 * signed, expired. Answer 401.
 */
export class InvalidTokenError extends RevocationError {
  readonly code = 'ERR_INVALID_TOKEN'
  override readonly status = 401
  override readonly statusCode = 401
  /**
   * What jose found: its error code, such as `ERR_JWT_EXPIRED`. Or one of ours: `ERR_TOKEN_TYPE` for a token of another type,
   * `ERR_LOGOUT_TOKEN_REPLAYED`, and `ERR_KEY_UNSUITABLE` where the token's algorithm is among the accepted ones but the key is of another
   * kind. jose's error itself holds the payload, and is not kept.
   */
  readonly problem: string
  /** The name of the claim that was at fault, if it was one. */
  declare readonly claim?: string

  static {
    InvalidTokenError.prototype.name = 'InvalidTokenError'
  }

  constructor(problem: string, claim?: string) {
    super(`The token is not valid: ${problem}${claim === undefined ? '' : `, claim ${claim}`}.`)
    this.problem = problem
    if (claim !== undefined) this.claim = claim
  }
}

/** The keys to verify with could not be fetched; `cause` says why. Answer 503: the token may well be good. */
export class KeysUnavailableError extends RevocationError {
  readonly code = 'ERR_KEYS_UNAVAILABLE'
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
 * A refresh token was used that had been spent: it was stolen, or its successor was. Its session is revoked by now, for both. Answer 401.
 */
export class RefreshReusedError extends RevocationError {
  readonly code = 'ERR_REFRESH_REUSED'
  override readonly status = 401
  override readonly statusCode = 401

  static {
    RefreshReusedError.prototype.name = 'RefreshReusedError'
  }

  constructor() {
    super('The refresh token was used before. Its session was revoked, since nobody can tell by whom.')
  }
}
