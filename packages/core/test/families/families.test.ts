import { createRevocation, type Target } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayMs, someClaims, startMs, startSeconds, virtualClock, virtualRevocation } from '../support/claims.ts'
import { heldStore } from '../support/held-store.ts'

/** Spenders that have all been called, at instants of their own, before the first of their marks is stored. */
function heldFamilies() {
  const clock = virtualClock()
  const store = heldStore(plainStore(clock))
  const { families } = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
  return { clock, store, families }
}

interface Spend {
  readonly generation: number
  /** Ms after the start, by the clock of whoever spends. */
  readonly at: number
}

const at = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }),
  fc.integer({ min: 0, max: 9 }).map((ms) => ms + 0.75),
)
const spend: fc.Arbitrary<Spend> = fc.record({ generation: fc.integer({ min: 1, max: 3 }), at })
/** Who spends what and when, and in which order that arrives at the store. */
const arrivals = fc
  .array(spend, { minLength: 1, maxLength: 12 })
  .chain((spends) =>
    fc.tuple(
      fc.constant(spends),
      fc.shuffledSubarray([...spends.keys()], { minLength: spends.length, maxLength: spends.length }),
    ),
  )

describe('of overlapping spenders', () => {
  test('fifty of the same generation, exactly one is answered true', async () => {
    const { store, families } = heldFamilies()
    const spending = Promise.all(Array.from({ length: 50 }, () => families.spend('f', 1)))
    await expect.poll(store.waiting).toBe(50)
    for (let nth = 49; nth >= 0; nth--) store.letThrough(nth)
    const spent = await spending
    expect(spent.filter((changed) => changed)).toHaveLength(1)
    expect(spent.filter((changed) => !changed)).toHaveLength(49)
  })

  test('in any order and by any clocks, those are answered true who arrive before theirs or a later generation was spent', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async ([spends, order]) => {
        const { clock, store, families } = heldFamilies()
        const spending = spends.map(({ generation, at }) => {
          clock.set(startMs + at)
          return families.spend('f', generation)
        })
        expect(store.waiting()).toBe(spends.length)
        for (const nth of order) store.letThrough(nth)
        const answers = await Promise.all(spending)

        let last = 0
        for (const nth of order) {
          const { generation } = spends[nth] as Spend
          expect(answers[nth]).toBe(generation > last)
          last = Math.max(last, generation)
        }
        const instants = spends.flatMap(({ generation, at }) => (generation === last ? [Math.floor(startMs + at)] : []))
        expect(await families.lastSpent('f')).toEqual({ generation: last, spentAt: Math.min(...instants) })
      }),
      { numRuns: 300 },
    )
  })
})

describe('spend', () => {
  test('is false for a generation that was spent, and for every one before it', async () => {
    const { families } = virtualRevocation().revocation
    expect(await families.spend('f', 7)).toBe(true)
    for (const generation of [7, 6, 1]) expect(await families.spend('f', generation)).toBe(false)
    expect(await families.spend('f', 8)).toBe(true)
  })

  test('tells the last two generations that can be counted apart', async () => {
    const { families } = virtualRevocation().revocation
    const last = Number.MAX_SAFE_INTEGER
    expect(await families.spend('f', last - 1)).toBe(true)
    expect(await families.spend('f', last)).toBe(true)
    expect(await families.spend('f', last)).toBe(false)
    expect(await families.lastSpent('f')).toEqual({ generation: last, spentAt: startMs })
  })

  test('is one record, and files all generations of a family under the same key', async () => {
    const { revocation, recorded, asked } = virtualRevocation()
    for (let generation = 1; generation <= 1_000; generation++) await revocation.families.spend('f', generation)
    expect(recorded).toHaveLength(1_000)
    expect(new Set(recorded.flat().map(({ key }) => JSON.stringify(key)))).toEqual(
      new Set([JSON.stringify({ scope: 'fam', value: 'f' })]),
    )
    expect(asked).toEqual([])
  })
})

describe('lastSpent', () => {
  test('is undefined where none was spent', async () => {
    expect(await virtualRevocation().revocation.families.lastSpent('f')).toBeUndefined()
  })

  test('tells the latest generation, and asks the store once and writes nothing', async () => {
    const { revocation, clock, asked, recorded } = virtualRevocation()
    await revocation.families.spend('f', 1)
    clock.advance(1_000)
    await revocation.families.spend('f', 2)
    clock.advance(1_000)
    expect(await revocation.families.lastSpent('f')).toEqual({ generation: 2, spentAt: startMs + 1_000 })
    expect(asked).toEqual([[{ scope: 'fam', value: 'f' }]])
    expect(recorded).toHaveLength(2)
  })

  test('keeps to the first instant, whoever spends the same or an older generation afterwards', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.families.spend('f', 2)
    for (const generation of [2, 1]) {
      clock.advance(5_000)
      await revocation.families.spend('f', generation)
    }
    expect(await revocation.families.lastSpent('f')).toEqual({ generation: 2, spentAt: startMs })
  })
})

describe.each([
  ['0s', 0],
  ['60s', 60_000],
  ['5m', 300_000],
] as const)('with a tolerance of %s, a family is', (clockTolerance, toleranceMs) => {
  const kept = dayMs + 2 * toleranceMs

  test('kept for maxTokenLifetime and twice the tolerance, to the millisecond, and forgotten after', async () => {
    const { revocation, clock, recorded } = virtualRevocation({ clockTolerance })
    await revocation.families.spend('f', 3)
    expect(recorded[0]?.[0]?.mark.expiresAt).toBe(startMs + kept)
    clock.advance(kept - 1)
    expect(await revocation.families.lastSpent('f')).toEqual({ generation: 3, spentAt: startMs })
    clock.advance(1)
    expect(await revocation.families.lastSpent('f')).toBeUndefined()
    expect(await revocation.families.spend('f', 1)).toBe(true)
  })

  test.each([1, 2, 3])(
    'kept that long from the last time that it was spent, whichever generation: %i',
    async (next) => {
      const { revocation, clock } = virtualRevocation({ clockTolerance })
      await revocation.families.spend('f', 2)
      clock.advance(dayMs / 2)
      await revocation.families.spend('f', next)
      clock.advance(kept - 1)
      expect(await revocation.families.lastSpent('f')).toHaveProperty('generation', Math.max(2, next))
      clock.advance(1)
      expect(await revocation.families.lastSpent('f')).toBeUndefined()
    },
  )
})

test('families do not see each other, whatever their ids', async () => {
  const { families } = virtualRevocation().revocation
  const long = 'x'.repeat(10_000)
  const ids = ['a', 'ab', 'a:', 'a:1', 'A', ' ', '\0', '{a}', '*', '["a"]', '__proto__', 'constructor', 'fam']
  const further = ['\u00e9', 'e\u0301', '\u{1f600}', long, `${long}x`, 'undefined', '1', '01']
  const all = [...ids, ...further]
  for (const [index, id] of all.entries()) {
    expect(await families.lastSpent(id)).toBeUndefined()
    expect(await families.spend(id, index + 1)).toBe(true)
  }
  for (const [index, id] of all.entries()) expect(await families.lastSpent(id)).toHaveProperty('generation', index + 1)
})

describe('the mark of a family', () => {
  // As a cutoff, it would revoke every token of that id.
  const farAhead = 2 * startMs
  const claims = someClaims({ jti: 'f', sid: 'f', sub: 'f', client_id: 'f', fam: 'f' })

  test.each([undefined, '*', 'https://a.example'])(
    'concerns no check of claims, with the issuer %s',
    async (issuer) => {
      const { revocation, asked } = virtualRevocation(issuer === undefined ? {} : { issuer })
      await revocation.families.spend('f', farAhead)
      for (const fam of ['f', { id: 'f', generation: 1 }]) {
        expect(await revocation.check({ ...claims, fam } as typeof claims)).toEqual({ status: 'active', allowed: true })
      }
      expect(asked.flat().map(({ scope }) => scope)).not.toContain('fam')
      expect(await revocation.families.lastSpent('f')).toHaveProperty('generation', farAhead)
    },
  )

  test('stays where claims of the same value are revoked or reinstated, and comes from none of them', async () => {
    const { revocation } = virtualRevocation()
    const targets: readonly Target[] = [
      { token: claims },
      { session: 'f' },
      { subject: 'f' },
      { claim: 'client_id', value: 'f' },
      { everything: true },
    ]
    await revocation.revoke(targets)
    expect(await revocation.families.lastSpent('f')).toBeUndefined()
    expect(await revocation.families.spend('f', 1)).toBe(true)
    await revocation.reinstate(targets)
    expect(await revocation.families.lastSpent('f')).toEqual({ generation: 1, spentAt: startMs })
  })

  test('cannot be made by a revocation: fam is no claim that could be configured or named', async () => {
    expect(() => virtualRevocation({ claims: ['fam'] })).toThrow(TypeError)
    const { revocation, recorded } = virtualRevocation()
    await expect(revocation.revoke({ claim: 'fam', value: 'f' })).rejects.toThrow(TypeError)
    expect(recorded).toEqual([])
  })
})

test('an instant with a fraction counts as its whole millisecond, and is kept no shorter for it', async () => {
  const { revocation, clock, recorded } = virtualRevocation({ maxTokenLifetime: '1h' })
  clock.advance(0.75)
  await revocation.families.spend('f', 1)
  expect(await revocation.families.lastSpent('f')).toEqual({ generation: 1, spentAt: startSeconds * 1_000 })
  expect(Number.isInteger(recorded[0]?.[0]?.mark.expiresAt)).toBe(true)
})
