import { type Claims, readToken } from '../claims/claims.ts'
import { cutoffMarkExpiresAt, sessionMarkExpiresAt, tokenMarkExpiresAt } from '../claims/lifetime.ts'
import { formOf, type Target, targetKey } from '../claims/target.ts'
import { exemptionId, tokenKey } from '../claims/token-keys.ts'
import { InvalidClaimsError, UnidentifiableTokenError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Mark } from '../store/mark.ts'
import type { KeyedMark } from '../store/store.ts'
import { type AnyRevokeOptions, assertOptionsFit, readActor, readInstantOption, readReason } from './revoke-options.ts'

/** What a target and its options amount to: the mark to store, and what to tell the caller. */
export interface RevokePlan extends KeyedMark {
  readonly reissueAt?: number
}

/** When a revocation is planned, and up to when it reaches unless the caller says so. */
export interface PlanTime {
  /** Ms since the epoch. */
  readonly now: number
  /** Ms by which the cutoff lies after now: what a transaction may take until its commit. */
  readonly marginMs: number
}

type PlannedMark = Pick<Mark, 'cutoff' | 'expiresAt' | 'exemptions' | 'refreshBefore'>

/** Returns the mark to store for a target. No other place knows which mark each target has. */
export function planRevoke(
  target: Target,
  options: AnyRevokeOptions,
  settings: Settings,
  { now, marginMs }: PlanTime,
): RevokePlan {
  const form = formOf(target)
  assertOptionsFit(form, options)
  const reason = readReason(options.reason)
  readActor(options.actor)
  if (target.token !== undefined) {
    const token = readToken(target.token, settings)
    return plan(tokenKey(token), { cutoff: Infinity, expiresAt: tokenMarkExpiresAt(token, settings) }, reason)
  }
  const key = targetKey(target, settings)
  if (target.jti !== undefined || target.session !== undefined) {
    return plan(key, { cutoff: Infinity, expiresAt: readUntil(options, settings, now) }, reason)
  }
  const cutoff = readCutoff(options, settings, { now, marginMs })
  // Tokens that a session of before the cutoff was refreshed to since may live as long as those of
  // now.
  const expiresAt = cutoffMarkExpiresAt(Math.max(cutoff, now), settings)
  const mark = planCutoff({ cutoff, expiresAt }, target.issuer, options, settings)
  return { ...plan(key, mark, reason), reissueAt: Math.floor(cutoff / 1_000) + 1 }
}

function plan(key: KeyedMark['key'], mark: PlannedMark, reason: string | undefined): RevokePlan {
  return { key, mark: reason === undefined ? mark : { ...mark, reason } }
}

function readUntil({ until }: AnyRevokeOptions, settings: Settings, now: number): number {
  const expiresAt = readInstantOption(until, 'until')
  if (expiresAt !== undefined && expiresAt <= now) throw new RangeError('until must be in the future.')
  return expiresAt ?? sessionMarkExpiresAt(now, settings)
}

/**
 * Up to one tolerance ahead: the clock of an issuer may be ahead, and a caller may want that
 * margin.
 */
function readCutoff(
  { issuedBefore }: AnyRevokeOptions,
  { clockTolerance }: Settings,
  { now, marginMs }: PlanTime,
): number {
  const cutoff = readInstantOption(issuedBefore, 'issuedBefore') ?? now + marginMs
  if (cutoff <= now + clockTolerance) return cutoff
  throw new RangeError(
    'issuedBefore must not be further in the future than clockTolerance: it would revoke tokens that do not exist yet.',
  )
}

function planCutoff(
  { cutoff, expiresAt }: Pick<Mark, 'cutoff' | 'expiresAt'>,
  issuer: string | undefined,
  { except, allowRefresh }: AnyRevokeOptions,
  settings: Settings,
): PlannedMark {
  if (allowRefresh === true) return { cutoff: -Infinity, expiresAt, refreshBefore: cutoff }
  if (except === undefined) return { cutoff, expiresAt }
  return { cutoff, expiresAt, exemptions: { [idToExempt(except, issuer, settings)]: -Infinity } }
}

function idToExempt(except: Claims, issuer: string | undefined, settings: Settings): string {
  const token = readToken(except, settings)
  // Another issuer may use the same id for another session.
  if (token.issuer !== issuer)
    throw new InvalidClaimsError('The token to exempt has another issuer than the target.', 'iss')
  const id = exemptionId(token, settings.nameId)
  if (id === undefined) {
    throw new UnidentifiableTokenError(
      'The token to exempt has neither sid nor jti, so it cannot be told from the others. Add one when you issue tokens.',
    )
  }
  if (token.issuedAt === -Infinity) {
    throw new UnidentifiableTokenError(
      'The token to exempt has no iat, so no cutoff can exempt it. Add iat when you issue tokens.',
    )
  }
  return id
}
