import { RevocationError } from '@revoked/core'

/**
 * A text in Redis is not a stored session: another program wrote it, or a newer version of this
 * package did.
 */
export class CorruptSessionError extends RevocationError {
  readonly code = 'ERR_CORRUPT_SESSION'

  static {
    CorruptSessionError.prototype.name = 'CorruptSessionError'
  }

  constructor(
    message = 'A text in Redis is not a session that this version of @revoked/store-redis wrote.',
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
