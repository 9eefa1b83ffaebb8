import type { Families, FamilyRecord } from '@revoked/core/families'
import type { RefreshClaims } from './refresh-claims.ts'

/**
 * What the use of a refresh token is: its first one, a further one that the grace forgives, or a
 * reuse that ends the session.
 */
export type Use = 'first' | 'forgiven' | 'reuse'

/** What a use is judged by, beside the record. */
export interface UseRules {
  /** Ms since the epoch: when the rotation was asked for. */
  readonly startedAt: number
  /** For how long after a first use a further one is forgiven, in ms. */
  readonly graceMs: number
  /** Returns the name of a token's id in the record. */
  readonly nameOf: Families['nameOf']
}

/**
 * Judges the use of a refresh token by the record of its family.
 *
 * A client that lost its answer asks again with the same token, and its successors come from one
 * answer. A further use is therefore forgiven only if the same token asks, soon, before its
 * successor was used. Everything else shows two clients: another token of the same generation, or a
 * second generation in a row that was asked for again.
 */
export function judgeUse(
  { jti, fam: { generation } }: RefreshClaims,
  record: FamilyRecord | undefined,
  { startedAt, graceMs, nameOf }: UseRules,
): Use {
  if (record === undefined || record.generation < generation) return 'first'
  const { tokenIds, contested, spentAt } = record
  const isLatest = record.generation === generation
  const isSameToken = tokenIds.length === 1 && tokenIds[0] === nameOf(jti)
  const isInARow = contested > 0 && contested === generation - 1
  const isSoon = startedAt < spentAt + graceMs
  return graceMs > 0 && isLatest && isSameToken && !isInARow && isSoon ? 'forgiven' : 'reuse'
}
