import { RevocationError } from '@revoked/core'

/**
 * A text in Redis is not a stored session: another program wrote it, or a newer version of this
 * package did.
 *
 * @example
 * ```ts
 * import type { SessionStore } from '@revoked/core/sessions'
 * import type { CorruptSessionError } from '@revoked/store-redis'
 *
 * const list = (sessions: SessionStore, subject: string) =>
 *   sessions.list(subject).catch((error: Partial<CorruptSessionError>) => {
 *     if (error.code === 'ERR_CORRUPT_SESSION') console.error('Another program writes under this prefix.')
 *     throw error
 *   })
 * ```
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
