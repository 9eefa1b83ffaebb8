import { type FamilyRecord, familyCovers, mergeFamilies } from './family-record.ts'

/**
 * A mark: what a store keeps under a key. It says which tokens of that key are revoked, and until
 * when that matters. Immutable.
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
  /** For issuers only: how far a family of refresh tokens was used. Such a mark revokes nothing. */
  readonly family?: FamilyRecord
}

/** The part of a token that marks are compared with. */
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

/** Returns whether `mark` revokes every token that `other` revokes, expiry aside. */
export function markCovers(mark: Mark, other: Mark): boolean {
  return (
    other.cutoff <= mark.cutoff &&
    Object.keys(mark.exemptions ?? {}).every((id) => revokedUntil(other, id) <= revokedUntil(mark, id)) &&
    (other.refreshBefore ?? -Infinity) <= (mark.refreshBefore ?? -Infinity) &&
    familyCovers(mark.family, other.family)
  )
}

/** Returns whether two marks are the same in every respect, expiry and reason included. */
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

/** Returns whether the mark can revoke any token. That of a family of refresh tokens cannot. */
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
