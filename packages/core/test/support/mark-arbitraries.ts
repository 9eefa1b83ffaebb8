import { type FamilyRecord, type Mark, type MarkedToken, mergeMarks } from '@revoked/core'
import fc from 'fast-check'

/** Few ids and few instants, so that random marks and tokens meet at the cutoffs and exemptions. */
const exemptionIds = ['sid:a', 'sid:b', 'jti:a', '__proto__', 'constructor']
const lastInstant = 6

const cutoff = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: lastInstant }), weight: 4 },
  { arbitrary: fc.constantFrom(Infinity, -Infinity), weight: 1 },
)
const exemptSince = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: lastInstant + 2 }), weight: 4 },
  { arbitrary: fc.constantFrom(-Infinity, Infinity), weight: 2 },
)
/** From entries: a literal's `__proto__` would not be a property. */
const exemptions = fc
  .array(fc.tuple(fc.constantFrom(...exemptionIds), exemptSince), { maxLength: 5 })
  .map((entries): Record<string, number> => Object.fromEntries(entries))

const reason = fc.constantFrom('a', 'ab', 'logout', '\u00e9')

/** A record of a family, with as many token ids as stores keep. */
export const anyFamily: fc.Arbitrary<FamilyRecord> = fc.record({
  generation: fc.integer({ min: 1, max: 3 }),
  spentAt: fc.integer({ min: 0, max: 3 }),
  tokenIds: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }).map((ids) => ids.sort()),
  contested: fc.integer({ min: 0, max: 3 }),
})

/** Includes exemptions above the cutoff and exemptions of ids that need none. */
export const anyMark: fc.Arbitrary<Mark> = fc.record(
  {
    cutoff,
    expiresAt: fc.integer({ min: 0, max: 3 }),
    exemptions,
    reason,
    refreshBefore: fc.constantFrom(1, 3, 5),
    family: anyFamily,
  },
  { requiredKeys: ['cutoff', 'expiresAt'] },
)

/** As stores keep them: without exemptions that exempt nothing. */
export const normalisedMark: fc.Arbitrary<Mark> = anyMark.map((mark) => mergeMarks(mark, mark))

export const anyToken: fc.Arbitrary<MarkedToken> = fc.record(
  {
    issuedAt: fc.oneof(
      fc.constant(-Infinity),
      fc.integer({ min: -1, max: lastInstant + 3 }),
      fc.integer({ min: 0, max: lastInstant }).map((instant) => instant + 0.5),
    ),
    claimsAt: fc.option(fc.integer({ min: -1, max: lastInstant + 1 }), { nil: undefined }),
    exemptionId: fc.option(fc.constantFrom(...exemptionIds, 'sid:stranger'), { nil: undefined }),
  },
  { requiredKeys: ['issuedAt'] },
)

/**
 * Every token that any two of these marks can tell apart: at, between and beyond all instants, of
 * every id and of none, access tokens with claims of every age and refresh tokens.
 */
export const everyToken: readonly MarkedToken[] = [undefined, 'sid:stranger', ...exemptionIds].flatMap((exemptionId) =>
  [-Infinity, Number.MAX_VALUE, ...Array.from({ length: 22 }, (_, index) => index / 2 - 1)].flatMap((issuedAt) =>
    [undefined, 0, 2, 4, 6].map((claimsAt) => ({ issuedAt, claimsAt, exemptionId })),
  ),
)
