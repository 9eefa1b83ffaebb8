/** What a store keeps under a key: which tokens filed under that key are revoked, and until when it matters. Immutable. */
export interface Mark {
  /** Ms since the epoch: tokens issued at or before it are revoked. `Infinity`: all of them. */
  readonly cutoff: number
  /** Ms since the epoch, finite: the mark may be forgotten from here on. */
  readonly expiresAt: number
  /**
   * Exempt sparing ids, each with its floor in ms since the epoch: of that session (or of that token, where
   * it has no session) only what was issued at or before the floor is revoked. A fresh exemption has `-Infinity`.
   */
  readonly spared?: Readonly<Record<string, number>>
  /** A short code for people and logs, at most 64 characters. */
  readonly reason?: string
}

/** As much of a token as a mark looks at. */
export interface MarkedToken {
  /** Ms since the epoch. `-Infinity` for a token without `iat`. */
  readonly issuedAt: number
  /** Tells the token's session, or the token where it has none, from others; see {@link Mark.spared}. */
  readonly sparingId?: string | undefined
}

/**
 * A mark is, at bottom, a function from sparing ids to floors: the cutoff for all but the spared ones.
 * Revoking is a comparison with the floor, and merging is the maximum of the floors.
 */
function floorOf(mark: Mark, sparingId: string | undefined): number {
  const { spared, cutoff } = mark
  if (spared === undefined || sparingId === undefined || !Object.hasOwn(spared, sparingId)) return cutoff
  return Math.min(spared[sparingId] ?? cutoff, cutoff)
}

/** Whether the mark revokes the token. Equality revokes: `iat` has whole seconds, and nobody can tell which half of that second a token is from. */
export function markRevokes(mark: Mark, token: MarkedToken): boolean {
  // Not `<=`: a mark that is not a number anywhere must revoke, not let pass.
  return !(token.issuedAt > floorOf(mark, token.sparingId))
}

/**
 * The mark that revokes a token if and only if `a` or `b` does, and is kept as long as either. Commutative,
 * associative and idempotent, so that retries and races cannot lose a revocation.
 *
 * A session that is revoked by one mark and spared by the other stays revoked as far as the one reaches.
 * `reason` is that of the larger cutoff; of equal cutoffs, the one that sorts last.
 */
export function mergeMarks(a: Mark, b: Mark): Mark {
  const cutoff = Math.max(a.cutoff, b.cutoff)
  const spared = mergeSpared(a, b, cutoff)
  const reason = mergeReasons(a, b)
  return {
    cutoff,
    expiresAt: Math.max(a.expiresAt, b.expiresAt),
    ...(spared && { spared }),
    ...(reason !== undefined && { reason }),
  }
}

/** Whether `mark` revokes every token that `other` revokes, expiry aside. */
export function markCovers(mark: Mark, other: Mark): boolean {
  return (
    other.cutoff <= mark.cutoff && Object.keys(mark.spared ?? {}).every((id) => floorOf(other, id) <= floorOf(mark, id))
  )
}

/** Whether two marks are the same in every respect, expiry and reason included. */
export function marksEqual(a: Mark, b: Mark): boolean {
  return (
    a.cutoff === b.cutoff &&
    a.expiresAt === b.expiresAt &&
    a.reason === b.reason &&
    markCovers(a, b) &&
    markCovers(b, a)
  )
}

function mergeSpared(a: Mark, b: Mark, cutoff: number): Record<string, number> | undefined {
  if (a.spared === undefined && b.spared === undefined) return undefined
  const ids = new Set([...Object.keys(a.spared ?? {}), ...Object.keys(b.spared ?? {})])
  const floors = Array.from(ids, (id) => [id, Math.max(floorOf(a, id), floorOf(b, id))] as const)
  const spared = floors.filter(([, floor]) => floor < cutoff)
  // `fromEntries` defines own properties, so an id called `__proto__` is a key like any other.
  return spared.length === 0 ? undefined : Object.fromEntries(spared)
}

function mergeReasons(a: Mark, b: Mark): string | undefined {
  if (a.cutoff !== b.cutoff) return a.cutoff > b.cutoff ? a.reason : b.reason
  // An empty reason is none: otherwise which of the two it is would depend on the order.
  return ((a.reason ?? '') > (b.reason ?? '') ? a.reason : b.reason) || undefined
}
