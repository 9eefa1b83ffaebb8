import { decodeSettings, encodeSettings, mergeSettings, type SharedSettings, settingsEqual } from '@revoked/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const now = 1_800_000_000_000
const hourMs = 3_600_000

const instants = fc.integer({ min: -40, max: 1 }).map((hours) => now + hours * hourMs)

function settingsOf(naming: 'unscopedAt' | 'scopedAt'): fc.Arbitrary<SharedSettings> {
  return fc.record(
    {
      maxTokenLifetime: fc.integer({ min: 1, max: 20 * hourMs }),
      clockTolerance: fc.integer({ min: 0, max: 60_000 }),
      claims: fc
        .uniqueArray(fc.constantFrom('tenant', 'client_id', 'act.sub', '__proto__'))
        .map((names) => names.sort()),
      [naming]: instants,
    },
    { requiredKeys: ['maxTokenLifetime', 'clockTolerance', 'claims'] },
  )
}

/** Settings that exclude each other as seldom as not, in pairs and triples. */
const anySettings = fc.oneof(settingsOf('unscopedAt'), settingsOf('scopedAt'))

function mergeOr(a: SharedSettings | undefined, b: SharedSettings): SharedSettings | 'conflict' {
  try {
    return mergeSettings(a, b, now)
  } catch {
    return 'conflict'
  }
}

describe('mergeSettings', () => {
  test('is commutative, conflicts included', () => {
    fc.assert(
      fc.property(anySettings, anySettings, (a, b) => {
        expect(mergeOr(a, b)).toEqual(mergeOr(b, a))
      }),
    )
  })

  test('is idempotent', () => {
    fc.assert(
      fc.property(anySettings, anySettings, (a, b) => {
        const merged = mergeOr(a, b)
        if (merged !== 'conflict') expect(mergeOr(merged, b)).toEqual(merged)
        expect(mergeOr(a, a)).toEqual(mergeOr(undefined, a))
      }),
    )
  })

  test('is associative among settings of one naming', () => {
    for (const naming of ['unscopedAt', 'scopedAt'] as const) {
      const some = settingsOf(naming)
      fc.assert(
        fc.property(some, some, some, (a, b, c) => {
          expect(mergeSettings(mergeSettings(a, b, now), c, now)).toEqual(
            mergeSettings(a, mergeSettings(b, c, now), now),
          )
        }),
      )
    }
  })

  test('returns what satisfies both', () => {
    fc.assert(
      fc.property(settingsOf('unscopedAt'), settingsOf('unscopedAt'), (a, b) => {
        const { maxTokenLifetime, clockTolerance, claims } = mergeSettings(a, b, now)
        expect(maxTokenLifetime).toBe(Math.max(a.maxTokenLifetime, b.maxTokenLifetime))
        expect(clockTolerance).toBe(Math.max(a.clockTolerance, b.clockTolerance))
        expect(new Set(claims)).toEqual(new Set([...a.claims, ...b.claims]))
      }),
    )
  })

  const base = { maxTokenLifetime: 24 * hourMs, clockTolerance: 0, claims: [] }

  test('refuses two namings while marks of both may be alive, and names the option', () => {
    const unscoped = { ...base, unscopedAt: now }
    const scoped = { ...base, scopedAt: now + hourMs }
    expect(() => mergeSettings(unscoped, scoped, now)).toThrow(
      expect.objectContaining({ code: 'ERR_SETTINGS_CONFLICT', message: expect.stringContaining('option issuer') }),
    )
    expect(() => mergeSettings(unscoped, scoped, now + 24 * hourMs - 1)).toThrow(/alsoUnscoped: true/)
    expect(mergeSettings(unscoped, { ...base, scopedAt: now + 24 * hourMs }, now + 24 * hourMs)).toMatchObject(unscoped)
  })

  test('accepts a service that names keys both ways, and forgets nothing for it', () => {
    const unscoped = { ...base, unscopedAt: now }
    expect(mergeSettings(unscoped, base, now)).toEqual(unscoped)
    expect(mergeSettings(base, { ...base, scopedAt: now }, now)).toEqual({ ...base, scopedAt: now })
  })

  test('does not let a service with a wrong clock block the other naming for years', () => {
    const { unscopedAt } = mergeSettings(undefined, { ...base, unscopedAt: now + 9_000 * hourMs }, now)
    expect(unscopedAt).toBeLessThanOrEqual(now + 2 * hourMs)
  })
})

describe('encodeSettings', () => {
  test('is undone by decodeSettings, and equal settings have equal texts', () => {
    fc.assert(
      fc.property(anySettings, anySettings, (a, b) => {
        expect(decodeSettings(encodeSettings(a))).toEqual(a)
        expect(encodeSettings(a) === encodeSettings(b)).toBe(settingsEqual(a, b))
      }),
    )
  })

  test.each([
    '',
    '{}',
    '[2,1,1,[],null,null]',
    '[1,1,1,[1],null,null]',
    '[1,-1,1,[],null,null]',
    '[1,1,1,[],"x",null]',
  ])('refuses to decode %s', (text) => {
    expect(() => decodeSettings(text)).toThrow(expect.objectContaining({ code: 'ERR_CORRUPT_MARK' }))
  })
})
