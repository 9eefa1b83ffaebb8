import { type Mark, type MarkedToken, mergeMarks } from '@revoked/core'
import fc from 'fast-check'

/** Few ids and few instants, so that random marks and tokens meet at the cutoffs and floors. */
const sparingIds = ['sid:a', 'sid:b', 'jti:a', '__proto__', 'constructor']
const lastInstant = 6

const cutoff = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: lastInstant }), weight: 4 },
  { arbitrary: fc.constant(Infinity), weight: 1 },
)
const floor = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: lastInstant + 2 }), weight: 4 },
  { arbitrary: fc.constantFrom(-Infinity, Infinity), weight: 2 },
)
/** From entries: a literal's `__proto__` would not be a property. */
const spared = fc
  .array(fc.tuple(fc.constantFrom(...sparingIds), floor), { maxLength: 5 })
  .map((entries): Record<string, number> => Object.fromEntries(entries))

const reason = fc.constantFrom('a', 'ab', 'logout', '\u00e9')

/** Floors above the cutoff and floors of ids that need none included. */
export const anyMark: fc.Arbitrary<Mark> = fc.record(
  { cutoff, expiresAt: fc.integer({ min: 0, max: 3 }), spared, reason },
  { requiredKeys: ['cutoff', 'expiresAt'] },
)

/** As stores hold them: without floors that spare nothing. */
export const normalisedMark: fc.Arbitrary<Mark> = anyMark.map((mark) => mergeMarks(mark, mark))

export const anyToken: fc.Arbitrary<MarkedToken> = fc.record(
  {
    issuedAt: fc.oneof(
      fc.constant(-Infinity),
      fc.integer({ min: -1, max: lastInstant + 3 }),
      fc.integer({ min: 0, max: lastInstant }).map((instant) => instant + 0.5),
    ),
    sparingId: fc.option(fc.constantFrom(...sparingIds, 'sid:stranger'), { nil: undefined }),
  },
  { requiredKeys: ['issuedAt'] },
)

/** Every token that any two of these marks can tell apart: at, between and beyond all instants, of every id and of none. */
export const everyToken: readonly MarkedToken[] = [undefined, 'sid:stranger', ...sparingIds].flatMap((sparingId) =>
  [-Infinity, Number.MAX_VALUE, ...Array.from({ length: 22 }, (_, index) => index / 2 - 1)].map((issuedAt) => ({
    issuedAt,
    sparingId,
  })),
)
