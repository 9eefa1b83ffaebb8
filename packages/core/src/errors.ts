import type { KeyedMark } from './store/store.ts'

/** The codes of the errors of this package. New codes are added, and none is renamed. */
export type RevocationErrorCode =
  | 'ERR_TOKEN_REVOKED'
  | 'ERR_REVOCATION_UNAVAILABLE'
  | 'ERR_INVALID_CLAIMS'
  | 'ERR_TOKEN_LIFETIME'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_UNIDENTIFIABLE_TOKEN'
  | 'ERR_STORE_FULL'
  | 'ERR_CORRUPT_MARK'
  | 'ERR_PARTIAL_ANSWER'
  | 'ERR_MARK_EXPIRED'
  | 'ERR_SETTINGS_CONFLICT'
  | 'ERR_CLOCK_SKEW'
  | 'ERR_BATCH_ABORTED'

/**
 * The base of every error of this library that is not a mistake of the caller. Distinguish errors
 * by `code`, which works across bundles and duplicate installs; `instanceof` does not. Wrong
 * options and arguments throw `TypeError` or `RangeError` instead.
 *
 * No message ever contains a token, the value of a claim or a connection string.
 */
export abstract class RevocationError extends Error {
  /**
   * A stable code for programs, such as {@link RevocationErrorCode}. Other packages add their own.
   */
  abstract readonly code: string
  /** The HTTP status of the answer, if there is one. Express reads it. */
  declare readonly status?: 401 | 409 | 503
  /** The same status. Fastify reads it. */
  declare readonly statusCode?: 401 | 409 | 503
}

/**
 * The token was revoked. Answer 401 with `WWW-Authenticate: Bearer error="invalid_token"` (RFC
 * 6750, section 3.1).
 */
export class TokenRevokedError extends RevocationError {
  readonly code = 'ERR_TOKEN_REVOKED'
  override readonly status = 401
  override readonly statusCode = 401
  /**
   * The scope of the mark that revoked it: `jti`, `sid`, `sub`, `all` or the name of a claim. With
   * an allowlist also the id, `sid` or `jti`, that is not listed.
   */
  readonly by: string
  /** The reason that was given to `revoke`, if any, or `not_listed`. */
  declare readonly reason?: string

  static {
    TokenRevokedError.prototype.name = 'TokenRevokedError'
  }

  constructor(by: string, reason?: string) {
    super('The token was revoked.')
    this.by = by
    if (reason !== undefined) this.reason = reason
  }
}

/**
 * The store failed or did not answer in time; `cause` says why. Answer 503, never 401: a 401 makes
 * clients discard their tokens, and all of them log in again during the outage.
 */
export class RevocationUnavailableError extends RevocationError {
  readonly code = 'ERR_REVOCATION_UNAVAILABLE'
  override readonly status = 503
  override readonly statusCode = 503

  static {
    RevocationUnavailableError.prototype.name = 'RevocationUnavailableError'
  }
}

/**
 * The claims of a token cannot be used: a wrong type, a value out of range, another issuer. Nothing
 * was looked up or stored.
 */
export class InvalidClaimsError extends RevocationError {
  readonly code = 'ERR_INVALID_CLAIMS'
  override readonly status = 401
  override readonly statusCode = 401
  /** The name of the claim; absent if the claims as a whole cannot be used. */
  declare readonly claim?: string

  static {
    InvalidClaimsError.prototype.name = 'InvalidClaimsError'
  }

  constructor(message: string, claim?: string) {
    super(message)
    if (claim !== undefined) this.claim = claim
  }
}

/**
 * The token lives longer than the marks that revoke it are kept, so its revocation could be
 * forgotten. The message names the option to change.
 */
export class TokenLifetimeError extends RevocationError {
  readonly code = 'ERR_TOKEN_LIFETIME'
  override readonly status = 401
  override readonly statusCode = 401

  static {
    TokenLifetimeError.prototype.name = 'TokenLifetimeError'
  }
}

/**
 * The token of a live connection has expired: its `exp` and `clockTolerance` have passed, or
 * without `exp` its `iat` and `maxTokenLifetime`.
 */
export class TokenExpiredError extends RevocationError {
  readonly code = 'ERR_TOKEN_EXPIRED'
  override readonly status = 401
  override readonly statusCode = 401

  static {
    TokenExpiredError.prototype.name = 'TokenExpiredError'
  }

  constructor(message = 'The token has expired.', options?: ErrorOptions) {
    super(message, options)
  }
}

/**
 * The token cannot be told from others (no `jti`, for one), so it can be neither revoked nor
 * exemptions by itself.
 */
export class UnidentifiableTokenError extends RevocationError {
  readonly code = 'ERR_UNIDENTIFIABLE_TOKEN'

  static {
    UnidentifiableTokenError.prototype.name = 'UnidentifiableTokenError'
  }
}

/** A store refused to record because it is full. A live mark is never evicted to make room. */
export class StoreFullError extends RevocationError {
  readonly code = 'ERR_STORE_FULL'

  static {
    StoreFullError.prototype.name = 'StoreFullError'
  }
}

/**
 * A value in a store is not an encoded mark: another program wrote it, or a newer version of this
 * library did.
 */
export class CorruptMarkError extends RevocationError {
  readonly code = 'ERR_CORRUPT_MARK'

  static {
    CorruptMarkError.prototype.name = 'CorruptMarkError'
  }
}

/**
 * A store found a mark already expired by its own clock, so it did not record it. The clocks of the
 * store and of the revoker are further apart than the tolerance.
 */
export class MarkExpiredError extends RevocationError {
  readonly code = 'ERR_MARK_EXPIRED'

  static {
    MarkExpiredError.prototype.name = 'MarkExpiredError'
  }

  constructor(
    message = 'The mark has already expired by the clock of the store. Set the clocks right, or raise clockTolerance.',
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/**
 * Services that share a store have options that exclude each other. The message names the option.
 */
export class SettingsConflictError extends RevocationError {
  readonly code = 'ERR_SETTINGS_CONFLICT'

  static {
    SettingsConflictError.prototype.name = 'SettingsConflictError'
  }
}

/** The clock of the store and that of the revocation differ by more than the tolerance. */
export class ClockSkewError extends RevocationError {
  readonly code = 'ERR_CLOCK_SKEW'

  static {
    ClockSkewError.prototype.name = 'ClockSkewError'
  }
}

/**
 * A call with many targets was aborted by its `signal`. What is stored stays stored: the first
 * `recorded` targets of the array. Its `cause` is the reason of the signal.
 */
export class BatchAbortedError extends RevocationError {
  readonly code = 'ERR_BATCH_ABORTED'
  /** The number of targets that are stored: `targets.slice(recorded)` are not. */
  readonly recorded: number
  readonly total: number

  static {
    BatchAbortedError.prototype.name = 'BatchAbortedError'
  }

  constructor(recorded: number, total: number, options?: ErrorOptions) {
    super(`The call was aborted: the first ${recorded} of ${total} targets are stored.`, options)
    this.recorded = recorded
    this.total = total
  }
}

/**
 * A store could answer in part only. The `find` of a cache rejects with it if its backend fails and
 * some marks are cached. If one of them revokes the token, the token is refused as revoked.
 * Otherwise, the store counts as unavailable.
 */
export class PartialAnswerError extends RevocationError {
  readonly code = 'ERR_PARTIAL_ANSWER'
  /** The cached marks of the keys that were asked for. An absent mark means nothing. */
  declare readonly known: readonly KeyedMark[]

  static {
    PartialAnswerError.prototype.name = 'PartialAnswerError'
  }

  constructor(known: readonly KeyedMark[], options?: ErrorOptions) {
    super('The store could answer in part only; see cause.', options)
    // Marks are stored under ids, which must not appear in logs.
    Object.defineProperty(this, 'known', { value: known })
  }
}

/** Returns whether it is such an error, also one of a duplicate install. */
export function isPartialAnswer(error: unknown): error is PartialAnswerError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_PARTIAL_ANSWER' && 'known' in error
}
