import { type Claims, readToken } from '../claims/claims.ts'
import { cutoffMarkExpiresAt, tokenMarkExpiresAt } from '../claims/lifetime.ts'
import { formOf, type SessionTarget, sparingId, type Target, type TokenTarget, targetKey } from '../claims/target.ts'
import { InvalidClaimsError, UnidentifiableTokenError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Mark } from '../store/mark.ts'
import type { KeyedMark } from '../store/store.ts'

/** What every `revoke` takes. */
export interface RevokeOptions {
  /** A short code for people and logs, such as `'password_changed'`; at most 64 characters. It comes back in verdicts. */
  readonly reason?: string
}

/** What the revocation of a session takes. */
export interface RevokeSessionOptions extends RevokeOptions {
  /** A `Date`, or ms since the epoch: forget the revocation then, instead of after the longest token's life. */
  readonly until?: Date | number
}

/** What the revocation of a subject, of a claim or of everything takes. */
export interface RevokeCutoffOptions extends RevokeOptions {
  /** A `Date`, or ms since the epoch: revoke what was issued until then. Default now. */
  readonly issuedBefore?: Date | number
  /** The claims of a verified token: its session, or the token itself where it has no `sid`, is spared. "Everywhere but here". */
  readonly except?: Claims
}

/** The options that go with a target. */
export type RevokeOptionsFor<T extends Target> = T extends TokenTarget
  ? RevokeOptions
  : T extends SessionTarget
    ? RevokeSessionOptions
    : RevokeCutoffOptions

/** What a target and its options come to: the mark to file, and what to tell the caller. */
export interface RevokePlan extends KeyedMark {
  readonly reissueAt?: number
}

type AnyOptions = RevokeSessionOptions & RevokeCutoffOptions

const maxReasonLength = 64

/** Smaller numbers are seconds: as milliseconds they were before 1973. */
const minMs = 1e11

/** The one place that knows which mark each target files. */
export function planRevoke(target: Target, options: AnyOptions, settings: Settings, now: number): RevokePlan {
  const key = targetKey(target, settings)
  const reason = readReason(options.reason)
  const { cutoff, expiresAt, ...rest } = planMark(target, options, settings, now)
  const { reissueAt, spared } = rest
  const mark: Mark = { cutoff, expiresAt, ...(spared && { spared }), ...(reason !== undefined && { reason }) }
  return { key, mark, ...(reissueAt !== undefined && { reissueAt }) }
}

type PlannedMark = Pick<Mark, 'cutoff' | 'expiresAt' | 'spared'> & { readonly reissueAt?: number }

function planMark(target: Target, options: AnyOptions, settings: Settings, now: number): PlannedMark {
  if (target.token !== undefined) {
    refuseOptions(target, options, ['until', 'issuedBefore', 'except'])
    return { cutoff: Infinity, expiresAt: tokenMarkExpiresAt(readToken(target.token, settings), settings) }
  }
  if (target.session !== undefined) {
    refuseOptions(target, options, ['issuedBefore', 'except'])
    const until = readInstantOption(options.until, 'until')
    if (until !== undefined && until <= now) throw new RangeError('until must be in the future.')
    return { cutoff: Infinity, expiresAt: until ?? cutoffMarkExpiresAt(now, settings) }
  }
  refuseOptions(target, options, ['until'])
  return planCutoff(target.issuer, options, settings, now)
}

function planCutoff(
  issuer: string | undefined,
  { issuedBefore, except }: RevokeCutoffOptions,
  settings: Settings,
  now: number,
): PlannedMark {
  const cutoff = readInstantOption(issuedBefore, 'issuedBefore') ?? now
  if (cutoff > now)
    throw new RangeError('issuedBefore must not be in the future: it would revoke tokens that do not exist yet.')
  return {
    cutoff,
    expiresAt: cutoffMarkExpiresAt(cutoff, settings),
    ...(except !== undefined && { spared: { [idToSpare(except, issuer, settings)]: -Infinity } }),
    reissueAt: Math.floor(cutoff / 1_000) + 1,
  }
}

function idToSpare(except: Claims, issuer: string | undefined, settings: Settings): string {
  const token = readToken(except, settings)
  // Another issuer may use the same id for another session.
  if (token.issuer !== issuer)
    throw new InvalidClaimsError('The token to spare is of another issuer than the target.', 'iss')
  const id = sparingId(token)
  if (id === undefined) {
    throw new UnidentifiableTokenError(
      'The token to spare has neither sid nor jti, so it cannot be told from the others. Add one when you issue tokens.',
    )
  }
  if (token.issuedAt === -Infinity) {
    throw new UnidentifiableTokenError(
      'The token to spare has no iat, so no cutoff can spare it. Add iat when you issue tokens.',
    )
  }
  return id
}

function refuseOptions(target: Target, options: AnyOptions, names: readonly (keyof AnyOptions)[]): void {
  const name = names.find((candidate) => options[candidate] !== undefined)
  if (name !== undefined) throw new TypeError(`The option ${name} does not go with the target ${formOf(target)}.`)
}

function readReason(reason: unknown): string | undefined {
  if (reason === undefined) return undefined
  if (typeof reason !== 'string') throw new TypeError('reason must be a string.')
  if (reason === '' || reason.length > maxReasonLength || !reason.isWellFormed()) {
    throw new RangeError(`reason must be a well-formed string of 1 to ${maxReasonLength} characters.`)
  }
  return reason
}

function readInstantOption(instant: Date | number | undefined, name: string): number | undefined {
  if (instant === undefined) return undefined
  const ms = instant instanceof Date ? instant.getTime() : instant
  if (typeof ms !== 'number' || !Number.isFinite(ms))
    throw new TypeError(`${name} must be a valid Date, or ms since the epoch.`)
  if (ms < minMs) throw new RangeError(`${name} looks like seconds: give a Date, or ms since the epoch.`)
  return Math.ceil(ms)
}
