/**
 * The codes of the errors of this package. New codes are added, and none is renamed.
 *
 * @example
 * ```ts
 * import type { RevocationErrorCode } from '@revoked/core'
 *
 * const meanings: Partial<Record<RevocationErrorCode, string>> = {
 *   ERR_STORE_FULL: 'Raise maxMarks of memoryStore.',
 *   ERR_CLOCK_SKEW: 'Set the clocks of the servers right.',
 * }
 * const adviceOn = (code: RevocationErrorCode): string => meanings[code] ?? 'See the message.'
 * ```
 */
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
 *
 * @example
 * ```ts
 * import type { RevocationError } from '@revoked/core'
 *
 * // Returns the stable code of an error of this library, also one of a duplicate install.
 * function codeOf(error: unknown): RevocationError['code'] | undefined {
 *   return error instanceof Error && 'code' in error ? String(error.code) : undefined
 * }
 * ```
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
 *
 * @example
 * ```ts
 * import type { Claims, Revocation, TokenRevokedError } from '@revoked/core'
 *
 * const mustLogIn = (revocation: Revocation, claims: Claims): Promise<boolean> =>
 *   revocation.assertActive(claims).then(
 *     () => false,
 *     (error: Partial<TokenRevokedError>) => {
 *       if (error.code === 'ERR_TOKEN_REVOKED') return true // error.by and error.reason say why.
 *       throw error
 *     },
 *   )
 * ```
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
 *
 * @example
 * ```ts
 * import type { Revocation, RevocationUnavailableError } from '@revoked/core'
 *
 * async function logOut(revocation: Revocation, subject: string): Promise<void> {
 *   await revocation.revoke({ subject }).catch((error: Partial<RevocationUnavailableError>) => {
 *     // It may be stored or not. Trying again is safe.
 *     if (error.code === 'ERR_REVOCATION_UNAVAILABLE') console.error(error.cause)
 *     throw error
 *   })
 * }
 * ```
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
 *
 * @example
 * ```ts
 * import type { Claims, InvalidClaimsError, Revocation } from '@revoked/core'
 *
 * const check = (revocation: Revocation, claims: Claims) =>
 *   revocation.check(claims).catch((error: Partial<InvalidClaimsError>) => {
 *     if (error.code === 'ERR_INVALID_CLAIMS') console.warn(`refused, because of the claim ${error.claim}`)
 *     throw error
 *   })
 * ```
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
 *
 * @example
 * ```ts
 * import type { Claims, Revocation, TokenLifetimeError } from '@revoked/core'
 *
 * const check = (revocation: Revocation, claims: Claims) =>
 *   revocation.check(claims).catch((error: Partial<TokenLifetimeError>) => {
 *     // The issuer signs for longer than maxTokenLifetime: raise the one, or lower the other.
 *     if (error.code === 'ERR_TOKEN_LIFETIME') console.error(error.message)
 *     throw error
 *   })
 * ```
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
 *
 * @example
 * ```ts
 * import type { TokenExpiredError, Watch } from '@revoked/core'
 *
 * const hasExpired = (reason: Partial<TokenExpiredError>): boolean => reason.code === 'ERR_TOKEN_EXPIRED'
 * // The client of a live connection refreshes, and connects again.
 * const closeCode = (watch: Watch): number => (hasExpired(watch.signal.reason) ? 4401 : 4403)
 * ```
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
 *
 * @example
 * ```ts
 * import type { Claims, Revocation, UnidentifiableTokenError } from '@revoked/core'
 *
 * const logOut = (revocation: Revocation, claims: Claims & { sub: string }) =>
 *   revocation.revoke({ token: claims }).catch((error: Partial<UnidentifiableTokenError>) => {
 *     if (error.code !== 'ERR_UNIDENTIFIABLE_TOKEN') throw error
 *     return revocation.revoke({ subject: claims.sub }) // It has no jti, so this ends every session.
 *   })
 * ```
 */
export class UnidentifiableTokenError extends RevocationError {
  readonly code = 'ERR_UNIDENTIFIABLE_TOKEN'

  static {
    UnidentifiableTokenError.prototype.name = 'UnidentifiableTokenError'
  }
}
