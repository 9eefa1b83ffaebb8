import { RevocationError } from '@revoked/core'

/**
 * The token is good, but its user has authenticated too long ago for this route, or `auth_time`
 * does not say when. `StaleAuthenticationError` of `@revoked/sessions`, which sessions are refused
 * with, has the same code.
 *
 * @example
 * ```ts
 * import type { StaleTokenError } from '@revoked/http'
 *
 *  // People who are asked for their password are no news.
 * const onRefused = (error: Partial<StaleTokenError>): void => {
 *   if (error.code !== 'ERR_STALE_AUTHENTICATION') console.warn('refused', error)
 * }
 * ```
 */
export class StaleTokenError extends RevocationError {
  readonly code = 'ERR_STALE_AUTHENTICATION'
  override readonly status = 401
  override readonly statusCode = 401
  /** How old the authentication may be, in seconds: `max_age` of the challenge. */
  readonly maxAge: number

  static {
    StaleTokenError.prototype.name = 'StaleTokenError'
  }

  constructor(maxAge: number) {
    super('The user must authenticate again.')
    this.maxAge = maxAge
  }
}
