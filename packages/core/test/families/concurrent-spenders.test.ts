import { createRevocation } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { plainStore } from '@revoked/testing/plain-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startMs, virtualClock } from '../support/claims.ts'
import { heldStore } from '../support/held-store.ts'

const use = (generation: number, tokenId = `token-${generation}`) => ({ generation, tokenId })

/**
 * Returns families whose records wait, so that all spenders are called before the first is stored.
 */
function heldFamilies() {
  const clock = virtualClock()
  const store = heldStore(plainStore(clock))
  const families = createFamilies(createRevocation({ store, maxTokenLifetime: '24h', now: clock.now }))
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
  test('exactly one of fifty of the same generation gets true', async () => {
    const { store, families } = heldFamilies()
    const spending = Promise.all(Array.from({ length: 50 }, () => families.spend('f', use(1))))
    await expect.poll(store.waiting).toBe(50)
    for (let nth = 49; nth >= 0; nth--) store.letThrough(nth)
    const spent = await spending
    expect(spent.filter((changed) => changed)).toHaveLength(1)
    expect(spent.filter((changed) => !changed)).toHaveLength(49)
  })

  test('exactly the first of a generation gets true, in any order and by any clocks', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async ([spends, order]) => {
        const { clock, store, families } = heldFamilies()
        const spending: Promise<boolean>[] = []
        for (const { generation, at } of spends) {
          clock.set(startMs + at)
          spending.push(families.spend('f', use(generation)))
          while (store.waiting() < spending.length) await new Promise(setImmediate)
        }
        for (const nth of order) store.letThrough(nth)
        const answers = await Promise.all(spending)

        let last = 0
        for (const nth of order) {
          const { generation } = spends[nth] as Spend
          expect(answers[nth]).toBe(generation > last)
          last = Math.max(last, generation)
        }
        const instants = spends.flatMap(({ generation, at }) => (generation === last ? [Math.floor(startMs + at)] : []))
        expect(await families.find('f')).toMatchObject({ generation: last, spentAt: Math.min(...instants) })
      }),
      { numRuns: 300 },
    )
  })
})
