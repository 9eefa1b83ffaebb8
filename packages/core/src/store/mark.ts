import { type FamilyRecord, familyCovers, mergeFamilies } from './family-record.ts'

/**
 * A mark: what a store keeps under a key. It says which tokens of that key are revoked, and until
 * when that matters. Immutable.
 *
 * @example
 * ```ts
 * import type { Mark } from '@revoked/core'
 *
 * // Every token of the key that was issued until now, for an hour. One session is exempt.
 * const mark: Mark = {
 *   cutoff: Date.now(),
 *   expiresAt: Date.now() + 3_600_000,
 *   exemptions: { 'sid:laptop': -Infinity },
 *   reason: 'password_changed',
 * }
 * ```
 */
export interface Mark {
  /**
   * Ms since the epoch: tokens issued at or before it are revoked. `Infinity` revokes all of them,
   * `-Infinity` none.
   */
  readonly cutoff: number
  /** Ms since the epoch, finite: the mark may be forgotten from here on. */
  readonly expiresAt: number
  /**
   * Exemption ids, as the store names them, each with its `exemptSince` in ms since the epoch. Of
   * that session (or of that token, if it has no session) only tokens issued at or before
   * `exemptSince` are revoked. A fresh exemption has `-Infinity`.
   */
  readonly exemptions?: Readonly<Record<string, number>>
  /**
   * Ms since the epoch: access tokens whose claims were looked up at or before it are refused.
   * Refresh tokens are not, so that a client can get new claims.
   */
  readonly refreshBefore?: number
  /** A short code for people and logs, at most 64 characters. */
  readonly reason?: string
  /** How far a family of refresh tokens, or an id of `once`, was used. It revokes nothing. */
  readonly family?: FamilyRecord
}

/**
 * The part of a token that marks are compared with.
 *
 * @example
 * ```ts
 * import { type Mark, type MarkedToken, markRevokes } from '@revoked/core'
 *
 * const token: MarkedToken = { issuedAt: 1_790_000_000_000, exemptionId: 'sid:laptop' }
 * const mark: Mark = { cutoff: 1_790_000_000_000, expiresAt: 1_790_003_600_000 }
 * console.log(markRevokes(mark, token)) // true
 * ```
 */
export interface MarkedToken {
  /** Ms since the epoch. `-Infinity` for a token without `iat`. */
  readonly issuedAt: number
  /**
   * Ms since the epoch: when the claims of an access token were looked up. `undefined` for a
   * refresh token, which {@link Mark.refreshBefore} does not concern.
   */
  readonly claimsAt?: number | undefined
  /**
   * Identifies the session of the token, or the token if it has none; see {@link Mark.exemptions}.
   */
  readonly exemptionId?: string | undefined
}

/**
 * Returns whether the mark revokes the token. Equality revokes, because `iat` has whole seconds.
 *
 * @example
 * ```ts
 * import { markRevokes } from '@revoked/core'
 *
 * const mark = { cutoff: 1_790_000_000_000, expiresAt: 1_790_003_600_000 }
 * console.log(markRevokes(mark, { issuedAt: 1_790_000_000_000 })) // true: equality revokes
 * console.log(markRevokes(mark, { issuedAt: 1_790_000_001_000 })) // false
 * ```
 */
export function markRevokes(mark: Mark, token: MarkedToken): boolean {
  // Not `<=`: a mark in which something is not a number must revoke.
  if (mark.cutoff !== -Infinity && !(token.issuedAt > revokedUntil(mark, token.exemptionId))) return true
  const { refreshBefore } = mark
  return refreshBefore !== undefined && token.claimsAt !== undefined && !(token.claimsAt > refreshBefore)
}

/**
 * Returns the mark that revokes a token if and only if `a` or `b` does, and that is kept as long as
 * either. The merge is commutative, associative and idempotent, so retries and races lose no
 * revocation.
 *
 * A session that one mark revokes and the other exempts stays revoked as far as the one reaches.
 * The reason is that of the larger cutoff, and of equal cutoffs the one that sorts last.
 *
 * @example
 * ```ts
 * import { mergeMarks } from '@revoked/core'
 *
 * const logout = { cutoff: 1_000, expiresAt: 9_000, reason: 'logout' }
 * const ban = { cutoff: 2_000, expiresAt: 5_000, reason: 'banned' }
 * console.log(mergeMarks(logout, ban)) // { cutoff: 2000, expiresAt: 9000, reason: 'banned' }
 * ```
 */
export function mergeMarks(a: Mark, b: Mark): Mark {
  const cutoff = Math.max(a.cutoff, b.cutoff)
  const exemptions = mergeExemptions(a, b, cutoff)
  const refreshBefore = maxOf(a.refreshBefore, b.refreshBefore)
  const reason = mergeReasons(a, b)
  const family = mergeFamilies(a.family, b.family)
  return {
    cutoff,
    expiresAt: Math.max(a.expiresAt, b.expiresAt),
    ...(exemptions && { exemptions }),
    ...(refreshBefore !== undefined && { refreshBefore }),
    ...(reason !== undefined && { reason }),
    ...(family && { family }),
  }
}

/**
 * Returns whether `mark` revokes every token that `other` revokes, expiry aside.
 *
 * @example
 * ```ts
 * import { type Mark, markCovers } from '@revoked/core'
 *
 * // Whether a record adds anything, in a store of your own.
 * const changes = (held: Mark | undefined, added: Mark): boolean => held === undefined || !markCovers(held, added)
 * ```
 */
export function markCovers(mark: Mark, other: Mark): boolean {
  return (
    other.cutoff <= mark.cutoff &&
    Object.keys(mark.exemptions ?? {}).every((id) => revokedUntil(other, id) <= revokedUntil(mark, id)) &&
    (other.refreshBefore ?? -Infinity) <= (mark.refreshBefore ?? -Infinity) &&
    familyCovers(mark.family, other.family)
  )
}

/**
 * Returns whether two marks are the same in every respect, expiry and reason included.
 *
 * @example
 * ```ts
 * import { type Mark, marksEqual, mergeMarks } from '@revoked/core'
 *
 * // Skips a write that would store what is there already.
 * const merged = (held: Mark, added: Mark): Mark | undefined => {
 *   const mark = mergeMarks(held, added)
 *   return marksEqual(held, mark) ? undefined : mark
 * }
 * ```
 */
export function marksEqual(a: Mark, b: Mark): boolean {
  return (
    a.cutoff === b.cutoff &&
    a.expiresAt === b.expiresAt &&
    a.reason === b.reason &&
    markCovers(a, b) &&
    markCovers(b, a) &&
    a.family?.spentAt === b.family?.spentAt &&
    JSON.stringify(a.family?.tokenIds) === JSON.stringify(b.family?.tokenIds)
  )
}

/**
 * Returns whether the mark can revoke any token. That of a family of refresh tokens cannot.
 *
 * @example
 * ```ts
 * import { type KeyedMark, revokesAny } from '@revoked/core'
 *
 * // Counts revocations, and not the records of refresh tokens.
 * const revocations = (marks: readonly KeyedMark[]): number => marks.filter(({ mark }) => revokesAny(mark)).length
 * ```
 */
export function revokesAny({ cutoff, refreshBefore }: Mark): boolean {
  return cutoff !== -Infinity || refreshBefore !== undefined
}

/**
 * Returns the instant up to which a mark revokes the tokens of an exemption id: the cutoff for all
 * but the exempt ids. Merging two marks takes the maximum of these instants.
 */
function revokedUntil({ exemptions, cutoff }: Mark, exemptionId: string | undefined): number {
  if (exemptions === undefined || exemptionId === undefined || !Object.hasOwn(exemptions, exemptionId)) return cutoff
  return Math.min(exemptions[exemptionId] ?? cutoff, cutoff)
}

function mergeExemptions(a: Mark, b: Mark, cutoff: number): Record<string, number> | undefined {
  if (a.exemptions === undefined && b.exemptions === undefined) return undefined
  const ids = new Set([...Object.keys(a.exemptions ?? {}), ...Object.keys(b.exemptions ?? {})])
  const instants = Array.from(ids, (id) => [id, Math.max(revokedUntil(a, id), revokedUntil(b, id))] as const)
  const exemptions = instants.filter(([, exemptSince]) => exemptSince < cutoff)
  // `fromEntries` defines own properties, so an id called `__proto__` is a key like any other.
  return exemptions.length === 0 ? undefined : Object.fromEntries(exemptions)
}

function mergeReasons(a: Mark, b: Mark): string | undefined {
  if (a.cutoff !== b.cutoff) return a.cutoff > b.cutoff ? a.reason : b.reason
  // An empty reason is none: otherwise which of the two it is would depend on the order.
  return ((a.reason ?? '') > (b.reason ?? '') ? a.reason : b.reason) || undefined
}

function maxOf(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.max(a, b)
}
