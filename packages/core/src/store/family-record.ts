/**
 * How far a family of refresh tokens was used: the latest generation that was spent, and by which
 * tokens. Stores keep it in a {@link Mark} that revokes nothing.
 *
 * @example
 * ```ts
 * import type { FamilyRecord } from '@revoked/core'
 *
 * const wasReused = ({ generation }: FamilyRecord, used: number): boolean => used < generation
 * const record: FamilyRecord = { generation: 2, spentAt: Date.now(), tokenIds: ['b'], contested: 0 }
 * console.log(wasReused(record, 1)) // true
 * ```
 */
export interface FamilyRecord {
  /** The latest generation that was spent; a positive safe integer. */
  readonly generation: number
  /** Ms since the epoch: when that generation was spent first. */
  readonly spentAt: number
  /**
   * Ids of the tokens that spent that generation, as the store names them, in order; of more than
   * two, the two smallest.
   */
  readonly tokenIds: readonly string[]
  /** The latest generation that was asked for again after it was spent; 0 if none was. */
  readonly contested: number
}

/** As many ids as it takes to see that two tokens of one generation were used. */
const maxTokenIds = 2

/**
 * Returns the record of what both say. The later generation wins; of the same generation, the
 * earlier instant is kept, and the ids of both. Commutative, associative and idempotent.
 */
export function mergeFamilies(a: FamilyRecord | undefined, b: FamilyRecord | undefined): FamilyRecord | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const contested = Math.max(a.contested, b.contested)
  if (a.generation !== b.generation) return { ...(a.generation > b.generation ? a : b), contested }
  const tokenIds = [...new Set([...a.tokenIds, ...b.tokenIds])].sort().slice(0, maxTokenIds)
  return { generation: a.generation, spentAt: Math.min(a.spentAt, b.spentAt), tokenIds, contested }
}

/** Returns whether nothing that `other` says was spent or contested is news to `record`. */
export function familyCovers(record: FamilyRecord | undefined, other: FamilyRecord | undefined): boolean {
  if (other === undefined) return true
  return record !== undefined && other.generation <= record.generation && other.contested <= record.contested
}

/** Returns whether a store's answer is such a record. */
export function isFamilyRecord(value: Partial<FamilyRecord> | undefined): value is FamilyRecord {
  if (typeof value !== 'object' || value === null) return false
  const { generation, spentAt, tokenIds, contested } = value
  return (
    Number.isSafeInteger(generation) &&
    Number(generation) >= 1 &&
    Number.isFinite(spentAt) &&
    Number.isSafeInteger(contested) &&
    Number(contested) >= 0 &&
    Array.isArray(tokenIds) &&
    tokenIds.length > 0 &&
    tokenIds.every((id) => typeof id === 'string')
  )
}
