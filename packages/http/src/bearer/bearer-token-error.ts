import { RevocationError } from '@revoked/core'

/** The codes of {@link BearerTokenError}. */
export type BearerTokenErrorCode = 'ERR_TOKEN_MISSING' | 'ERR_TOKEN_MALFORMED'

/** A request without a bearer token, or with an `Authorization` header that cannot be read. */
export class BearerTokenError extends RevocationError {
  readonly code: BearerTokenErrorCode

  static {
    BearerTokenError.prototype.name = 'BearerTokenError'
  }

  constructor(code: BearerTokenErrorCode) {
    super(code === 'ERR_TOKEN_MISSING' ? 'The request has no bearer token.' : 'The bearer token is malformed.')
    this.code = code
  }
}
