import { type Mark, markCovers, markRevokes, marksEqual, mergeMarks, revokesAny } from '@revoked/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyMark, anyToken, everyToken, normalisedMark } from '../support/mark-arbitraries.ts'

const runs = { numRuns: 500 }

const revokedBy = (mark: Mark) => everyToken.map((token) => markRevokes(mark, token))
const revokedByAny = (marks: readonly Mark[]) =>
  everyToken.map((token) => marks.some((mark) => markRevokes(mark, token)))

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}

describe('markRevokes', () => {
  test.each([
    ['revokes a token issued before the cutoff', 999, undefined, true],
    ['revokes a token issued at the cutoff', 1_000, undefined, true],
    ['passes a token issued after the cutoff', 1_000.5, undefined, false],
    ['revokes a token without iat', -Infinity, undefined, true],
    ['passes a token of a freshly exempt session', 1, 'sid:fresh', false],
    ['revokes a token without iat of an exempt session', -Infinity, 'sid:fresh', true],
    ['revokes a token of an exempt session issued at exemptSince', 500, 'sid:old', true],
    ['passes a token of an exempt session issued after exemptSince', 500.5, 'sid:old', false],
    ['revokes nothing past the cutoff because of an exemptSince beyond it', 1_001, 'sid:late', false],
    ['revokes up to the cutoff if exemptSince is beyond it', 1_000, 'sid:late', true],
    ['revokes a token of another session', 1, 'sid:stranger', true],
    ['does not take a property of every object for an exempt id', 1, 'constructor', true],
    ['does not take __proto__ for an exempt id', 1, '__proto__', true],
  ])('%s', (_, issuedAt, exemptionId, revoked) => {
    const exemptions = { 'sid:fresh': -Infinity, 'sid:old': 500, 'sid:late': 2_000 }
    expect(markRevokes({ cutoff: 1_000, expiresAt: 9_000, exemptions }, { issuedAt, exemptionId })).toBe(revoked)
  })

  test('with refreshBefore refuses access tokens with older claims, and no refresh token', () => {
    const mark = { cutoff: -Infinity, expiresAt: 0, refreshBefore: 500 }
    const refused = [400, 500, 500.5, undefined].map((claimsAt) => markRevokes(mark, { issuedAt: 1, claimsAt }))
    expect(refused).toEqual([true, true, false, false])
    expect(markRevokes(mark, { issuedAt: -Infinity })).toBe(false)
  })

  test('of a family of refresh tokens revokes nothing', () => {
    const family = { generation: 9, spentAt: 9, tokenIds: ['a'], contested: 0 }
    const mark = { cutoff: -Infinity, expiresAt: 0, family }
    expect(everyToken.some((token) => markRevokes(mark, token))).toBe(false)
    expect([revokesAny(mark), revokesAny({ cutoff: 1, expiresAt: 0 })]).toEqual([false, true])
  })

  test('revokes every token with the cutoff Infinity', () => {
    expect(markRevokes({ cutoff: Infinity, expiresAt: 0 }, { issuedAt: Number.MAX_VALUE })).toBe(true)
  })

  test('revokes if the mark or the token is not a number', () => {
    expect(markRevokes({ cutoff: Number.NaN, expiresAt: 0 }, { issuedAt: 5 })).toBe(true)
    expect(markRevokes({ cutoff: 1, expiresAt: 0 }, { issuedAt: Number.NaN })).toBe(true)
  })
})

describe('mergeMarks', () => {
  test('revokes exactly what one or the other mark revokes', () => {
    fc.assert(
      fc.property(anyMark, anyMark, (a, b) => {
        expect(revokedBy(mergeMarks(a, b))).toEqual(revokedByAny([a, b]))
      }),
      runs,
    )
  })

  test('is the OR for random tokens, merged in any order', () => {
    fc.assert(
      fc.property(fc.array(anyMark, { minLength: 3, maxLength: 4 }), anyToken, (marks, token) => {
        const revoked = marks.some((mark) => markRevokes(mark, token))
        for (const order of permutations(marks)) {
          expect(markRevokes(order.reduce(mergeMarks), token)).toBe(revoked)
          expect(markRevokes(order.reduceRight(mergeMarks), token)).toBe(revoked)
        }
      }),
      runs,
    )
  })

  test('is idempotent, commutative and associative in what it revokes', () => {
    fc.assert(
      fc.property(anyMark, anyMark, anyMark, (a, b, c) => {
        expect(revokedBy(mergeMarks(a, a))).toEqual(revokedBy(a))
        expect(revokedBy(mergeMarks(a, b))).toEqual(revokedBy(mergeMarks(b, a)))
        expect(revokedBy(mergeMarks(mergeMarks(a, b), c))).toEqual(revokedBy(mergeMarks(a, mergeMarks(b, c))))
      }),
      runs,
    )
  })

  test('is idempotent, commutative and associative in every field', () => {
    fc.assert(
      fc.property(normalisedMark, normalisedMark, normalisedMark, (a, b, c) => {
        expect(mergeMarks(a, a)).toEqual(a)
        expect(mergeMarks(a, b)).toEqual(mergeMarks(b, a))
        expect(marksEqual(mergeMarks(a, b), mergeMarks(b, a))).toBe(true)
        const left = mergeMarks(mergeMarks(a, b), c)
        const right = mergeMarks(a, mergeMarks(b, c))
        expect(left).toEqual(right)
        expect(marksEqual(left, right)).toBe(true)
      }),
      runs,
    )
  })

  test('keeps the merged mark as long as either, and what it was given as it was', () => {
    fc.assert(
      fc.property(anyMark, anyMark, (a, b) => {
        const before = [structuredClone(a), structuredClone(b)]
        expect(mergeMarks(a, b).expiresAt).toBe(Math.max(a.expiresAt, b.expiresAt))
        expect(mergeMarks(a, b).cutoff).toBe(Math.max(a.cutoff, b.cutoff))
        expect([a, b]).toEqual(before)
      }),
      runs,
    )
  })

  test('keeps no exemption that exempts nothing', () => {
    fc.assert(
      fc.property(anyMark, anyMark, (a, b) => {
        const { cutoff, exemptions } = mergeMarks(a, b)
        const instants = Object.values(exemptions ?? {})
        expect(exemptions === undefined || instants.length > 0).toBe(true)
        expect(instants.every((instant) => instant < cutoff)).toBe(true)
      }),
      runs,
    )
  })

  test('raises the exemption of one mark alone to the cutoff of the other', () => {
    const everywhere = { cutoff: 1_000, expiresAt: 1 }
    const elsewhere = { cutoff: 2_000, expiresAt: 1, exemptions: { 'sid:here': -Infinity } }
    expect(mergeMarks(everywhere, elsewhere).exemptions).toEqual({ 'sid:here': 1_000 })
    expect(mergeMarks({ ...everywhere, cutoff: 2_000 }, elsewhere).exemptions).toBeUndefined()
  })

  test('keeps the later exemption of a session that both marks exempt', () => {
    const exempt = (since: number) => ({ cutoff: 9, expiresAt: 1, exemptions: { 'sid:here': since } })
    expect(mergeMarks(exempt(3), exempt(5)).exemptions).toEqual({ 'sid:here': 5 })
  })

  test.each([
    ['of the larger cutoff', { cutoff: 2, reason: 'a' }, { cutoff: 1, reason: 'b' }, 'a'],
    ['of the larger cutoff even if it has none', { cutoff: 2 }, { cutoff: 1, reason: 'b' }, undefined],
    ['that sorts last of equal cutoffs', { cutoff: 2, reason: 'a' }, { cutoff: 2, reason: 'b' }, 'b'],
    ['that is there, of equal cutoffs', { cutoff: 2, reason: 'a' }, { cutoff: 2 }, 'a'],
  ])('takes the reason %s', (_, a, b, reason) => {
    expect(mergeMarks({ ...a, expiresAt: 1 }, { ...b, expiresAt: 1 }).reason).toBe(reason)
    expect(mergeMarks({ ...b, expiresAt: 1 }, { ...a, expiresAt: 1 }).reason).toBe(reason)
  })
})

describe('markCovers', () => {
  test('holds if and only if merging the other mark in revokes nothing more', () => {
    fc.assert(
      fc.property(anyMark, anyMark, (a, b) => {
        const merged = mergeMarks(a, b)
        const before = revokedBy(a)
        const grows =
          revokedBy(merged).some((revoked, index) => revoked !== before[index]) ||
          (merged.family?.generation ?? 0) > (a.family?.generation ?? 0) ||
          (merged.family?.contested ?? 0) > (a.family?.contested ?? 0) ||
          (merged.family !== undefined && a.family === undefined)
        // If everything is revoked already, nothing can be added, and markCovers need not see it.
        if (grows || !before.every(Boolean)) expect(markCovers(a, b)).toBe(!grows)
      }),
      runs,
    )
  })

  test('does not care for expiry and reason', () => {
    expect(markCovers({ cutoff: 1, expiresAt: 1 }, { cutoff: 1, expiresAt: 2, reason: 'r' })).toBe(true)
  })
})

describe('marksEqual', () => {
  const mark: Mark = { cutoff: 5, expiresAt: 9, exemptions: { 'sid:a': 2 }, reason: 'r' }

  test('holds for marks that revoke the same, expire together and have one reason', () => {
    fc.assert(
      fc.property(anyMark, anyMark, (a, b) => {
        const same =
          a.cutoff === b.cutoff &&
          a.expiresAt === b.expiresAt &&
          a.reason === b.reason &&
          JSON.stringify(a.family) === JSON.stringify(b.family) &&
          revokedBy(a).every((revoked, index) => revoked === revokedBy(b)[index])
        expect(marksEqual(a, b)).toBe(same)
        expect(marksEqual(a, mergeMarks(a, a))).toBe(true)
      }),
      runs,
    )
  })

  test.each([
    ['cutoff', { cutoff: 6 }],
    ['expiry', { expiresAt: 8 }],
    ['reason', { reason: 's' }],
    ['exemption', { exemptions: { 'sid:a': 3 } }],
    ['exempt session', { exemptions: { 'sid:b': 2 } }],
    ['number of exempt sessions', { exemptions: { 'sid:a': 2, 'sid:b': 2 } }],
  ])('tells marks of another %s apart', (_, change) => {
    expect(marksEqual(mark, { ...mark, ...change })).toBe(false)
    expect(marksEqual({ ...mark, ...change }, mark)).toBe(false)
  })
})

test('an empty reason, which only marks made by hand have, is none in any order', () => {
  const empty = { cutoff: 1, expiresAt: 1, reason: '' }
  const none = { cutoff: 1, expiresAt: 1 }
  expect([mergeMarks(empty, none), mergeMarks(none, empty)]).toEqual([none, none])
})
