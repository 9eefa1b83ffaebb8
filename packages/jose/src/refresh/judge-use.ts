import type { FamilyRecord } from '@revoked/core/families'
import type { RefreshClaims } from './refresh-claims.ts'

/**
 * What the use of a refresh token is: its first one, a further one that the grace forgives, or a reuse
 * that ends the session.
 */
export type Use = 'first' | 'forgiven' | 'reuse'

/** When a rotation was asked for, and for how long after a first use a further one is forgiven. In ms. */
export interface UseTimes {
  readonly startedAt: number
  readonly graceMs: number
}

/** Judges the use of a refresh token by the latest generation of its family that was spent. */
export function judgeUse(
  { fam: { generation } }: RefreshClaims,
  spent: FamilyRecord | undefined,
  { startedAt, graceMs }: UseTimes,
): Use {
  if (spent === undefined || spent.generation < generation) return 'first'
  if (spent.generation > generation) return 'reuse'
  return graceMs > 0 && startedAt < spent.spentAt + graceMs ? 'forgiven' : 'reuse'
}
