import { RevocationError } from './errors.ts'
import type { KeyedMark } from './store/store.ts'

/**
 * A store refused to record because it is full. A live mark is never evicted to make room.
 *
 * @example
 * ```ts
 * import type { Revocation, StoreFullError } from '@revoked/core'
 *
 * const logOut = (revocation: Revocation, subject: string) =>
 *   revocation.revoke({ subject }).catch(({ cause }: { cause?: Partial<StoreFullError> }) => {
 *     if (cause?.code === 'ERR_STORE_FULL') console.error('The token still passes. Raise maxMarks.')
 *     throw cause
 *   })
 * ```
 */
export class StoreFullError extends RevocationError {
  readonly code = 'ERR_STORE_FULL'

  static {
    StoreFullError.prototype.name = 'StoreFullError'
  }
}

/**
 * A value in a store is not an encoded mark: another program wrote it, or a newer version of this
 * library did.
 *
 * @example
 * ```ts
 * import type { Claims, CorruptMarkError, Revocation } from '@revoked/core'
 *
 * const check = async (revocation: Revocation, claims: Claims) => {
 *   const verdict = await revocation.check(claims)
 *   const cause: Partial<CorruptMarkError> = Object(verdict.status === 'unavailable' && verdict.error.cause)
 *   if (cause.code === 'ERR_CORRUPT_MARK') console.error('Another program, or a newer version, writes here.')
 *   return verdict.allowed
 * }
 * ```
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
 *
 * @example
 * ```ts
 * import type { MarkExpiredError, Revocation } from '@revoked/core'
 *
 * const logOut = (revocation: Revocation, subject: string) =>
 *   revocation.revoke({ subject }).catch((error: Partial<MarkExpiredError>) => {
 *     if (error.code === 'ERR_MARK_EXPIRED') console.error('Nothing was stored: set the clocks right.')
 *     throw error
 *   })
 * ```
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
 * A store could answer in part only. The `find` of a cache rejects with it if its backend fails and
 * some marks are cached. If one of them revokes the token, the token is refused as revoked.
 * Otherwise, the store counts as unavailable.
 *
 * @example
 * ```ts
 * import { type KeyedMark, PartialAnswerError } from '@revoked/core'
 *
 * // Looks keys up behind a local copy, in a store of your own.
 * async function find(copy: Map<string, KeyedMark>, remote: () => Promise<readonly KeyedMark[]>) {
 *   try {
 *     return await remote()
 *   } catch (cause) {
 *     throw new PartialAnswerError([...copy.values()], { cause })
 *   }
 * }
 * ```
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

/**
 * Services that share a store have options that exclude each other. The message names the option.
 *
 * @example
 * ```ts
 * import type { Revocation, SettingsConflictError } from '@revoked/core'
 *
 * const start = (revocation: Revocation) =>
 *   revocation.ready().catch((error: Partial<SettingsConflictError>) => {
 *     if (error.code === 'ERR_SETTINGS_CONFLICT') console.error(error.message) // It names the option.
 *     throw error
 *   })
 * ```
 */
export class SettingsConflictError extends RevocationError {
  readonly code = 'ERR_SETTINGS_CONFLICT'

  static {
    SettingsConflictError.prototype.name = 'SettingsConflictError'
  }
}

/**
 * The clock of the store and that of the revocation differ by more than the tolerance.
 *
 * @example
 * ```ts
 * import type { ClockSkewError, Revocation } from '@revoked/core'
 *
 * const start = (revocation: Revocation) =>
 *   revocation.ready().catch((error: Partial<ClockSkewError>) => {
 *     if (error.code === 'ERR_CLOCK_SKEW') console.error('Run a time service on this machine.')
 *     throw error
 *   })
 * ```
 */
export class ClockSkewError extends RevocationError {
  readonly code = 'ERR_CLOCK_SKEW'

  static {
    ClockSkewError.prototype.name = 'ClockSkewError'
  }
}

/**
 * A call with many targets was aborted by its `signal`. What is stored stays stored: the first
 * `recorded` targets of the array. Its `cause` is the reason of the signal.
 *
 * @example
 * ```ts
 * import type { BatchAbortedError, Revocation, SubjectTarget } from '@revoked/core'
 *
 * const banAll = (revocation: Revocation, bans: readonly SubjectTarget[], signal: AbortSignal) =>
 *   revocation.revoke(bans, { signal }).catch((error: Partial<BatchAbortedError>) => {
 *     if (error.code !== 'ERR_BATCH_ABORTED') throw error
 *     return { stillToDo: bans.slice(error.recorded) }
 *   })
 * ```
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
