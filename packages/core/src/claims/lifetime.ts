import { TokenLifetimeError } from '../errors.ts'
import type { Token } from './claims.ts'

/**
 * The limits that the TTL math rests on, in ms.
 *
 * @example
 * ```ts
 * import type { Limits, Revocation } from '@revoked/core'
 *
 * const marksLiveFor = ({ maxTokenLifetime, clockTolerance }: Limits): number => maxTokenLifetime + 3 * clockTolerance
 * const days = (revocation: Revocation): number => marksLiveFor(revocation.limits) / 86_400_000
 * ```
 */
export interface Limits {
  /** The longest lifetime of any token that is accepted. */
  readonly maxTokenLifetime: number
  /** The leeway that verifiers allow on `exp`. */
  readonly clockTolerance: number
}

/** `reissueAt` is a whole second after the cutoff, so an honest `iat` may run ahead by one. */
const reissueLeadMs = 1_000

/** `iat` and `exp` are whole seconds, so an instant may be up to one second from what they say. */
const roundingMs = 1_000

/**
 * Returns when an id that was used once may be forgotten: when nobody accepts it any more. As for a
 * single token, the leeway of the caller needs one tolerance, and the clock of the store another
 * one.
 */
export function onceMarkExpiresAt(until: number, { clockTolerance }: Pick<Limits, 'clockTolerance'>): number {
  return Math.ceil(until + 2 * clockTolerance + roundingMs)
}

/**
 * Returns when the mark of a single token may be forgotten: when no verifier accepts the token any
 * more. No two clocks differ by more than the tolerance. The leeway of the verifier needs one
 * tolerance, and the clock of the store, which may be ahead of the verifier's, another one.
 */
export function tokenMarkExpiresAt(token: Token, { maxTokenLifetime, clockTolerance }: Limits): number {
  // A token that outlives maxTokenLifetime is refused in any case, so its mark need not outlive
  // that.
  const longest = token.issuedAt === -Infinity ? Infinity : token.issuedAt + maxTokenLifetime
  const expiresAt = Math.min(token.expiresAt ?? longest, longest)
  if (expiresAt === Infinity) throw unbounded()
  return Math.ceil(expiresAt + 2 * clockTolerance + roundingMs)
}

/**
 * Returns when a mark may be forgotten that revokes all tokens issued until `cutoff`: when the last
 * of them has died. It needs a third tolerance, because the clock of the issuer may be ahead as
 * well.
 */
export function cutoffMarkExpiresAt(cutoff: number, { maxTokenLifetime, clockTolerance }: Limits): number {
  return Math.ceil(cutoff + maxTokenLifetime + 3 * clockTolerance + roundingMs)
}

/**
 * Into how many periods the lifetime of the longest token is divided, for marks that are repeated.
 */
const periodsPerLifetime = 64

/**
 * Returns when the mark of a session may be forgotten that is revoked now: when its last token has
 * died, rounded up to a period. Within a period, a repeated logout has an equal mark, so it writes
 * nothing.
 */
export function sessionMarkExpiresAt(now: number, limits: Limits): number {
  const period = Math.max(1_000, Math.ceil(limits.maxTokenLifetime / periodsPerLifetime))
  return Math.ceil(cutoffMarkExpiresAt(now, limits) / period) * period
}

/**
 * Returns the instant from which on a check refuses the token for its age: `Infinity` if nothing
 * bounds its life.
 */
export function tokenEndsAt({ expiresAt, issuedAt }: Token, { maxTokenLifetime, clockTolerance }: Limits): number {
  if (expiresAt !== undefined) return expiresAt + clockTolerance
  return issuedAt === -Infinity ? Infinity : issuedAt + maxTokenLifetime
}

/**
 * Refuses a token whose marks may be forgotten while a verifier still accepts it. Every mark that
 * revokes a token that passes here outlives that token. For a token without `iat`, this holds as
 * long as its issuer keeps to `maxTokenLifetime`, because such a token does not say how old it is.
 *
 * @throws TokenLifetimeError naming the option to change.
 */
export function assertBounded(token: Token, now: number, limits: Limits): void {
  const { maxTokenLifetime, clockTolerance } = limits
  const { issuedAt, claimsAt, expiresAt } = token
  // Each comparison is false if a number is NaN, and then the token is refused.
  if (
    expiresAt !== undefined &&
    issuedAt <= now + clockTolerance + reissueLeadMs &&
    claimsAt <= now + clockTolerance + reissueLeadMs &&
    expiresAt - issuedAt <= maxTokenLifetime &&
    now < expiresAt + clockTolerance
  ) {
    return
  }
  assertBoundedOtherwise(token, now, limits)
}

/** Judges the other tokens: those without `iat`, those without `exp`, and those to refuse. */
function assertBoundedOtherwise(
  { issuedAt, claimsAt, expiresAt }: Token,
  now: number,
  { maxTokenLifetime, clockTolerance }: Limits,
): void {
  if (!Number.isFinite(now)) throw new TypeError('The function now must return ms since the epoch.')
  const hasIat = issuedAt !== -Infinity
  if (hasIat && !(issuedAt <= now + clockTolerance + reissueLeadMs)) {
    throw new TokenLifetimeError(
      'The iat of the token is in the future, beyond clockTolerance: it would pass every cutoff. Set the clocks right, or raise clockTolerance.',
    )
  }
  if (!(claimsAt <= now + clockTolerance + reissueLeadMs)) {
    throw new TokenLifetimeError(
      'The claims_at of the token is in the future, beyond clockTolerance: it would pass every revocation with allowRefresh. Set the clocks right, or raise clockTolerance.',
    )
  }
  if (expiresAt === undefined) {
    if (!hasIat) throw unbounded()
    if (!(now - issuedAt < maxTokenLifetime)) throw tooLong()
    return
  }
  // Without iat, only the life that is left can be measured.
  if (!(expiresAt - (hasIat ? issuedAt : now) <= maxTokenLifetime)) throw tooLong()
  if (!(now < expiresAt + clockTolerance)) {
    throw new TokenLifetimeError(
      'The token is past its exp by more than clockTolerance, so its revocation may be forgotten already. Verify exp before you check, or raise clockTolerance to the leeway of your verifier.',
    )
  }
}

function tooLong(): TokenLifetimeError {
  return new TokenLifetimeError(
    'The token lives longer than maxTokenLifetime, so a revocation of its subject or session could be forgotten before it dies. Raise maxTokenLifetime, or issue shorter tokens.',
  )
}

function unbounded(): TokenLifetimeError {
  return new TokenLifetimeError(
    'The token has neither exp nor iat, so nothing bounds its life by maxTokenLifetime. Issue tokens with exp.',
  )
}
