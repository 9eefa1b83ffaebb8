import type { Claims } from '../claims/claims.ts'
import type { formOf, JtiTarget, SessionTarget, Target, TokenTarget } from '../claims/target.ts'
import type { BatchOptions } from './batch-options.ts'

/**
 * Options of every `revoke`.
 *
 * @example
 * ```ts
 * import type { Claims, Revocation, RevokeOptions } from '@revoked/core'
 *
 * const options: RevokeOptions = { reason: 'logout' }
 * const logOut = (revocation: Revocation, claims: Claims) => revocation.revoke({ token: claims }, options)
 * ```
 */
export interface RevokeOptions extends BatchOptions {
  /**
   * A short code for people and logs, such as `'password_changed'`; at most 64 characters. It is
   * part of verdicts.
   */
  readonly reason?: string
  /**
   * Who does it, for the audit trail of the store: a short name or id, at most 256 characters.
   * Without a trail, it is validated and not stored.
   */
  readonly actor?: string
  /**
   * `true` writes no mark and no entry of the audit trail: the results are those that the call
   * would have, as far as the store knows it now. `changed` says which marks would change. Not
   * within a transaction. Default `false`.
   */
  readonly dryRun?: boolean
}

/**
 * Options for `reinstate`.
 *
 * @example
 * ```ts
 * import type { ReinstateOptions, Revocation } from '@revoked/core'
 *
 * const options: ReinstateOptions = { actor: 'support-7', reason: 'appeal_granted' }
 * const unban = (revocation: Revocation, subject: string) => revocation.reinstate({ subject }, options)
 * ```
 */
export interface ReinstateOptions extends BatchOptions {
  /** A short code for the audit trail of the store; at most 64 characters. */
  readonly reason?: string
  /** Who does it, for the audit trail of the store: at most 256 characters. */
  readonly actor?: string
}

/**
 * Options for the revocation of a session, or of a token by its bare id.
 *
 * @example
 * ```ts
 * import type { Revocation, RevokeSessionOptions } from '@revoked/core'
 *
 * // The session ends in an hour anyhow, so its mark need not be kept for longer.
 * const options: RevokeSessionOptions = { reason: 'logout', until: new Date(Date.now() + 3_600_000) }
 * const endSession = (revocation: Revocation, session: string) => revocation.revoke({ session }, options)
 * ```
 */
export interface RevokeSessionOptions extends RevokeOptions {
  /**
   * A `Date`, or ms since the epoch: the revocation may be forgotten then, instead of after the
   * life of the longest token.
   */
  readonly until?: Date | number
}

/**
 * Options for the revocation of a subject, of a claim or of everything.
 *
 * @example
 * ```ts
 * import type { Claims, Revocation, RevokeCutoffOptions } from '@revoked/core'
 *
 * const everywhereButHere = (claims: Claims): RevokeCutoffOptions => ({ except: claims, reason: 'password_changed' })
 * const changePassword = (revocation: Revocation, claims: Claims & { sub: string }) =>
 *   revocation.revoke({ subject: claims.sub }, everywhereButHere(claims))
 * ```
 */
export interface RevokeCutoffOptions extends RevokeOptions {
  /**
   * A `Date`, or ms since the epoch: revoke the tokens issued until then. Default now. It may be up
   * to `clockTolerance` in the future, for issuers whose clock is ahead.
   */
  readonly issuedBefore?: Date | number
  /**
   * The claims of a verified token. Its session is exempt, or the token itself if it has no `sid`:
   * "everywhere but here".
   */
  readonly except?: Claims
  /**
   * `true` refuses access tokens only, and lets sessions refresh: for a changed role, say. An
   * access token passes again once its claims were looked up after the revocation. Excludes
   * `except`.
   */
  readonly allowRefresh?: boolean
}

/**
 * The options that go with a target.
 *
 * @example
 * ```ts
 * import type { Revocation, RevokeOptionsFor, SubjectTarget } from '@revoked/core'
 *
 * const options: RevokeOptionsFor<SubjectTarget> = { issuedBefore: new Date('2026-11-01') }
 * const sinceBreach = (revocation: Revocation, subject: string) => revocation.revoke({ subject }, options)
 * ```
 */
export type RevokeOptionsFor<T extends Target> = T extends TokenTarget
  ? RevokeOptions
  : T extends SessionTarget | JtiTarget
    ? RevokeSessionOptions
    : RevokeCutoffOptions

/** Options of a target before it is known whether they go with it. */
export type AnyRevokeOptions = Omit<RevokeSessionOptions & RevokeCutoffOptions, keyof BatchOptions | 'dryRun'>

type FormName = ReturnType<typeof formOf>

const cutoffOptions = ['reason', 'actor', 'issuedBefore', 'except', 'allowRefresh']
const optionsOf: Readonly<Record<FormName, readonly string[]>> = {
  token: ['reason', 'actor'],
  jti: ['reason', 'actor', 'until'],
  session: ['reason', 'actor', 'until'],
  subject: cutoffOptions,
  claim: cutoffOptions,
  everything: cutoffOptions,
}

/** @throws TypeError for an option that does not go with the target, or has another type. */
export function assertOptionsFit(form: FormName, options: AnyRevokeOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('The options of revoke must be an object.')
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !optionsOf[form].includes(name))
      throw new TypeError(`The option ${name} does not go with the target ${form}.`)
  }
  const { except, allowRefresh } = options
  if (except !== undefined && (typeof except !== 'object' || except === null))
    throw new TypeError('except must be the claims of a verified token.')
  if (allowRefresh !== undefined && typeof allowRefresh !== 'boolean')
    throw new TypeError('allowRefresh must be a boolean.')
  if (allowRefresh === true && except !== undefined)
    throw new TypeError('allowRefresh and except exclude each other: a session that may refresh needs no exemption.')
}

const maxReasonLength = 64

/** @throws TypeError or RangeError if it is not a short, well-formed string. */
export function readReason(reason: unknown): string | undefined {
  if (reason === undefined) return undefined
  if (typeof reason !== 'string') throw new TypeError('reason must be a string.')
  if (reason === '' || reason.length > maxReasonLength || !reason.isWellFormed()) {
    throw new RangeError(`reason must be a well-formed string of 1 to ${maxReasonLength} characters.`)
  }
  return reason
}

const maxActorLength = 256

/**
 * Actors are printed and exported, so they contain no control characters.
 *
 * @throws TypeError or RangeError if it is not a short, well-formed string.
 */
export function readActor(actor: unknown): string | undefined {
  if (actor === undefined) return undefined
  if (typeof actor !== 'string') throw new TypeError('actor must be a string.')
  if (actor === '' || actor.length > maxActorLength || !actor.isWellFormed() || /\p{Cc}/u.test(actor)) {
    throw new RangeError(
      `actor must be a well-formed string of 1 to ${maxActorLength} characters without control characters.`,
    )
  }
  return actor
}

/** Smaller numbers are seconds: as milliseconds, they would be before 1973. */
const minMs = 1e11

/** The end of the year 9999. Larger numbers are microseconds: today, they have 16 digits. */
const maxMs = 253_402_300_799_999

/** @throws TypeError or RangeError if it is no instant, or one in seconds. */
export function readInstantOption(instant: Date | number | undefined, name: string): number | undefined {
  if (instant === undefined) return undefined
  const ms = instant instanceof Date ? instant.getTime() : instant
  if (typeof ms !== 'number' || !Number.isFinite(ms))
    throw new TypeError(`${name} must be a valid Date, or ms since the epoch.`)
  if (ms < minMs) throw new RangeError(`${name} looks like seconds: give a Date, or ms since the epoch.`)
  if (ms > maxMs) throw new RangeError(`${name} lies after the year 9999: give a Date, or ms since the epoch.`)
  return Math.ceil(ms)
}
