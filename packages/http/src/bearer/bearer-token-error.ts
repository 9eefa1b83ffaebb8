import { RevocationError } from '@revoked/core'

/**
 * The codes of {@link BearerTokenError}.
 *
 * @example
 * ```ts
 * import type { BearerTokenErrorCode } from '@revoked/http'
 *
 * const messages: Record<BearerTokenErrorCode, string> = {
 *   ERR_TOKEN_MISSING: 'Log in first.',
 *   ERR_TOKEN_MALFORMED: 'The Authorization header must be "Bearer <token>".',
 * }
 * ```
 */
export type BearerTokenErrorCode = 'ERR_TOKEN_MISSING' | 'ERR_TOKEN_MALFORMED'

/**
 * A request without a token, or with one that cannot be read: the `Authorization` header, or the
 * form of a logout token, is malformed.
 *
 * @example
 * ```ts
 * import type { BearerTokenError } from '@revoked/http'
 *
 * const isAnonymous = (error: Partial<BearerTokenError>): boolean => error.code === 'ERR_TOKEN_MISSING'
 * // Requests without a token are no news. Malformed ones are.
 * const onRefused = (error: unknown): void => {
 *   if (!isAnonymous(Object(error))) console.warn('refused', error)
 * }
 * ```
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
