import { orUnavailable } from '../check/fail-policy.ts'
import { familyScope } from '../claims/target.ts'
import { CorruptMarkError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Key, KeyedMark } from '../store/store.ts'

/** The latest generation of a family that was spent. */
export interface SpentGeneration {
  readonly generation: number
  /** When it was spent first, in ms since the epoch. */
  readonly spentAt: number
}

/**
 * Things that come one out of the other and are good for one use each, such as the refresh tokens of one login: each is one generation
 * of a family. One mark per family tells which are spent, however long it lives: all until the latest one that was.
 */
export interface Families {
  /**
   * Spends a generation, and all before it. Of any number of callers who spend the same one exactly one is answered `true`,
   * and none where a later one was spent. Kept for `maxTokenLifetime` from now on: as long as anything of that generation may live.
   *
   * @throws RevocationUnavailableError where the store failed: then it may or may not be spent.
   * @throws RangeError for a generation that is no positive safe integer.
   */
  spend(family: string, generation: number): Promise<boolean>
  /**
   * The latest generation that was spent; `undefined` where none was. No fail policy applies.
   *
   * @throws RevocationUnavailableError where the store is unavailable.
   */
  lastSpent(family: string): Promise<SpentGeneration | undefined>
}

/** Generations take the place of instants: a mark's cutoff is the latest one that was spent. */
export function createFamilies({
  store,
  now,
  maxTokenLifetime,
  clockTolerance,
  checkDeadline,
  writeDeadline,
}: Settings): Families {
  function keyOf(family: string): Key {
    if (typeof family !== 'string' || family === '') throw new TypeError('family must be a non-empty string.')
    return { scope: familyScope, value: family }
  }

  return {
    spend: async (family, generation) => {
      const key = keyOf(family)
      if (!Number.isSafeInteger(generation) || generation < 1)
        throw new RangeError('generation must be a positive safe integer.')
      const spentAt = Math.floor(now())
      if (!Number.isFinite(spentAt)) throw new TypeError('The function now must answer ms since the epoch.')
      // Whoever issued it may have a clock that is ahead of ours, within the tolerance.
      const expiresAt = Math.ceil(spentAt + maxTokenLifetime + 2 * clockTolerance)
      const mark = { cutoff: generation, expiresAt, reason: encodeInstant(spentAt) }
      return await orUnavailable(writeDeadline, async () => {
        const answers = await store.record([{ key, mark }])
        const [changed] = answers
        if (answers.length !== 1 || typeof changed !== 'boolean')
          throw new TypeError('The store did not answer for the mark.')
        return changed
      })
    },
    lastSpent: async (family) => {
      const key = keyOf(family)
      return await orUnavailable(checkDeadline, async () => {
        return readSpent(await store.find([key]), key)
      })
    },
  }
}

/** A store that does not say what was spent has not answered. */
function readSpent(found: readonly KeyedMark[], { scope, value }: Key): SpentGeneration | undefined {
  if (!Array.isArray(found)) throw new TypeError('The store did not answer with an array.')
  if (found.length === 0) return undefined
  const [{ key, mark }] = found as [KeyedMark]
  if (found.length > 1 || key.scope !== scope || key.value !== value)
    throw new TypeError('The store answered what it was not asked.')
  const { cutoff: generation, reason } = mark
  if (!Number.isSafeInteger(generation) || generation < 1)
    throw new CorruptMarkError('The mark of a family does not tell a generation.')
  return { generation, spentAt: decodeInstant(reason) }
}

// Of two reasons for the same cutoff the one that sorts last is kept. Counted backwards, that is the earliest instant, whatever
// order the callers arrive in.

function encodeInstant(at: number): string {
  return `spent ${Number.MAX_SAFE_INTEGER - at}`
}

function decodeInstant(reason = ''): number {
  const backwards = /^spent (\d{16})$/.exec(reason)?.[1]
  if (backwards === undefined) throw new CorruptMarkError('The mark of a family does not say when it was spent.')
  return Number.MAX_SAFE_INTEGER - Number(backwards)
}
