import { RevocationError } from '@revoked/core'

/** The codes of {@link BearerTokenError}. */
export type BearerTokenErrorCode = 'ERR_TOKEN_MISSING' | 'ERR_TOKEN_MALFORMED'

/**
 * A request without a token, or with one that cannot be read: the `Authorization` header, or the
 * form of a logout token, is malformed.
 */
export class BearerTokenError extends RevocationError {
  readonly code: BearerTokenErrorCode

  static {
    BearerTokenError.prototype.name = 'BearerTokenError'
  }

  constructor(code: BearerTokenErrorCode) {
    super(code === 'ERR_TOKEN_MISSING' ? 'The request has no token.' : 'The token of the request cannot be read.')
    this.code = code
  }
}
