import { inspect } from 'node:util'
import { CorruptMarkError, decodeMark, encodeMark, type Mark, markRevokes, marksEqual, revokesAny } from '@revoked/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../support/claims.ts'
import { anyFamily } from '../support/mark-arbitraries.ts'

const finite = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
const id = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '1', '0', '', '\ud800'))
const anyFields: fc.Arbitrary<Mark> = fc.record(
  {
    cutoff: fc.oneof(finite, fc.constantFrom(Infinity, -Infinity)),
    expiresAt: finite,
    exemptions: fc
      .array(fc.tuple(id, fc.oneof(finite, fc.constant(-Infinity))), { maxLength: 5 })
      .map((entries): Record<string, number> => Object.fromEntries(entries)),
    reason: fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    refreshBefore: finite,
    family: anyFamily,
  },
  { requiredKeys: ['cutoff', 'expiresAt'] },
)
/** Nobody writes a mark that neither revokes nor belongs to a family. */
const anyMark = anyFields.filter((mark) => revokesAny(mark) || mark.family !== undefined)

const secret = 'S3CRET-session'

function rejectionOf(text: string): CorruptMarkError {
  const error = thrownBy(() => decodeMark(text))
  if (!(error instanceof CorruptMarkError)) throw error
  return error
}

describe('the codec', () => {
  test('gives every mark back', () => {
    fc.assert(
      fc.property(anyMark, (mark) => {
        const decoded = decodeMark(encodeMark(mark))
        expect(marksEqual(decoded, mark)).toBe(true)
        expect(decoded.reason).toBe(mark.reason)
        const exempting = Object.entries(mark.exemptions ?? {}).filter(([, exemptSince]) => exemptSince < mark.cutoff)
        expect(Object.keys(decoded.exemptions ?? {})).toEqual(exempting.map(([id]) => id))
      }),
      { numRuns: 3_000 },
    )
  })

  test('encodes to one line of well-formed text', () => {
    fc.assert(
      fc.property(anyMark, (mark) => {
        const text = encodeMark(mark)
        expect(text.isWellFormed()).toBe(true)
        expect(text).not.toMatch(/[\n\r\0]/)
      }),
      { numRuns: 1_000 },
    )
  })

  test('keeps the format of version 1, which stores hold already', () => {
    const exemptions = { 'sid:a': -Infinity, 'jti:b': 3 }
    expect(encodeMark({ cutoff: Infinity, expiresAt: 9 })).toBe('[1,null,9]')
    expect(encodeMark({ cutoff: 5, expiresAt: 9, reason: 'r' })).toBe('[1,5,9,"r"]')
    expect(encodeMark({ cutoff: 5, expiresAt: 9, exemptions })).toBe('[1,5,9,0,[["sid:a",null],["jti:b",3]]]')
    expect(decodeMark('[1,5,9,"r",[["sid:a",null],["jti:b",3]]]')).toEqual({
      cutoff: 5,
      expiresAt: 9,
      reason: 'r',
      exemptions,
    })
  })

  test('decodes an id called __proto__ to a property, not to a prototype', () => {
    const { exemptions } = decodeMark('[1,5,9,0,[["__proto__",3]]]')
    expect(Object.keys(exemptions ?? {})).toEqual(['__proto__'])
  })
})

describe('decodeMark', () => {
  test.each([
    '',
    ' ',
    'null',
    '1',
    '{}',
    '[]',
    'true',
    '"[1,5,9]"',
    '[1]',
    '[1,5]',
    '[2,5,9]',
    '["1",5,9]',
    '[null,5,9]',
    '[1,"5",9]',
    '[1,[],9]',
    '[1,5,null]',
    '[1,5,"9"]',
    '[1,1e999,9]',
    '[1,5,1e999]',
    '[1,5,9,null]',
    '[1,5,9,1]',
    '[1,5,9,{}]',
    '[1,5,9,0,null]',
    '[1,5,9,0,{}]',
    '[1,5,9,0,"sid:a"]',
    '[1,5,9,0,["sid:a"]]',
    '[1,5,9,0,[["sid:a"]]]',
    '[1,5,9,0,[["sid:a","3"]]]',
    '[1,5,9,0,[["sid:a",1e999]]]',
    '[1,5,9,0,[[3,3]]]',
    '[1,5,9,0,[],"0"]',
    '[1,5,9,0,0,4,[]]',
    '[1,"",9]',
    '[1,"",9,"r"]',
    '[1,"",9,0,0,null]',
    '[1,"",9,0,0,null,[1,9,[],0]]',
    '[1,"",9,0,0,null,[0,9,["a"],0]]',
    '[1,"",9,0,0,null,[1,9,[3],0]]',
    '[1,"",9,0,0,null,[1,9,["a"],-1]]',
    '[1,"",9,0,0,null,[1,9,["a"],0],0]',
    '[1,5,9',
    '[1,5,9]]',
    '[1,5,9]\u0000',
    '{"cutoff":5,"expiresAt":9}',
  ])('refuses %j', (text) => {
    expect(rejectionOf(text)).toMatchObject({ name: 'CorruptMarkError', code: 'ERR_CORRUPT_MARK' })
  })

  test('refuses arbitrary text', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.json())
    fc.assert(
      fc.property(
        anyText.filter((text) => !text.startsWith('[1,')),
        (text) => {
          expect(rejectionOf(text).code).toBe('ERR_CORRUPT_MARK')
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('refuses every truncated mark', () => {
    fc.assert(
      fc.property(anyMark, fc.nat(), (mark, length) => {
        const text = encodeMark(mark)
        expect(rejectionOf(text.slice(0, length % text.length)).code).toBe('ERR_CORRUPT_MARK')
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([secret, `[1,5,9,"${secret}`, `[2,5,9,"${secret}"]`, `[1,5,9,0,[["${secret}","x"]]]`, `{"${secret}":`])(
    'says nothing of the text %j that it refuses',
    (text) => {
      const error = rejectionOf(text)
      expect(error.message).not.toContain('S3CRET')
      expect(error.cause).toBeUndefined()
      expect(inspect(error, { depth: 10 })).not.toContain('S3CRET')
    },
  )
})

test('a mark with useless exemptions revokes the same tokens after the codec', () => {
  for (const exemptSince of [Infinity, Number.NaN, 5, 6]) {
    const mark = { cutoff: 5, expiresAt: 9, exemptions: { 'sid:a': exemptSince } }
    for (const issuedAt of [-Infinity, 3, 5, 6]) {
      const token = { issuedAt, exemptionId: 'sid:a' }
      expect(markRevokes(decodeMark(encodeMark(mark)), token)).toBe(
        markRevokes({ ...mark, exemptions: { 'sid:a': 5 } }, token),
      )
    }
  }
})

test.each(['[1,5,5,0,[["a",1,"x"]]]', '[1,5,5,0,[["a"]]]', '[1,5,5,""]'])(
  'refuses %s, which it would never write',
  (text) => {
    expect(() => decodeMark(text)).toThrow(CorruptMarkError)
  },
)
