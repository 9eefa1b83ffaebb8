import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { familyCovers, mergeFamilies } from '../../src/store/family-record.ts'
import { anyFamily } from '../support/mark-arbitraries.ts'

describe('mergeFamilies', () => {
  test('is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(anyFamily, anyFamily, anyFamily, (a, b, c) => {
        expect(mergeFamilies(a, a)).toEqual(a)
        expect(mergeFamilies(a, b)).toEqual(mergeFamilies(b, a))
        expect(mergeFamilies(mergeFamilies(a, b), c)).toEqual(mergeFamilies(a, mergeFamilies(b, c)))
      }),
      { numRuns: 2_000 },
    )
  })

  test('covers what it was merged from, and what covers both is no news to it', () => {
    fc.assert(
      fc.property(anyFamily, anyFamily, (a, b) => {
        const merged = mergeFamilies(a, b)
        expect(familyCovers(merged, a) && familyCovers(merged, b)).toBe(true)
        const isNews = b.generation > a.generation || b.contested > a.contested
        expect(familyCovers(a, b)).toBe(!isNews)
      }),
    )
  })
})
