import type { Key } from '@revoked/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMarkTable } from '../src/mark-table.ts'
import { createShard, deleteMark, putMark, sweepShard } from '../src/shard.ts'

const key: fc.Arbitrary<Key> = fc.record({
  scope: fc.constantFrom('jti', 'sub', '__proto__'),
  value: fc.oneof(fc.constantFrom('', 'a', '__proto__'), fc.string({ maxLength: 3 })),
})

type Step =
  | { readonly do: 'put'; readonly key: Key; readonly livesFor: number }
  | { readonly do: 'delete'; readonly key: Key }
  | { readonly do: 'sweep'; readonly after: number; readonly limit: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key, livesFor: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('sweep' as const), after: fc.nat(10), limit: fc.integer({ min: 1, max: 5 }) }),
)

describe('the table', () => {
  test('holds the same as a plain map, and sweeps exactly the expired marks', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = createMarkTable()
        const model = new Map<string, number>()
        const name = ({ scope, value }: Key): string => JSON.stringify([scope, value])
        const wrong: string[] = []
        let now = 0
        for (const each of steps) {
          if (each.do === 'put') {
            const expiresAt = Math.max(now + each.livesFor, model.get(name(each.key)) ?? 0)
            table.put(each.key, { cutoff: 0, expiresAt })
            model.set(name(each.key), expiresAt)
          } else if (each.do === 'delete') {
            table.delete(each.key)
            model.delete(name(each.key))
          } else {
            now += each.after
            while (table.sweep(now, each.limit) === each.limit);
            for (const [held, expiresAt] of model) if (expiresAt <= now) model.delete(held)
          }
          // `expect` takes longer than the table, so it is called once.
          if (table.size !== model.size) wrong.push(`the size after ${each.do}`)
          if (each.do === 'sweep') continue
          if (table.get(each.key)?.expiresAt !== model.get(name(each.key))) wrong.push(name(each.key))
        }
        expect(wrong).toEqual([])
        for (const held of model.keys()) {
          const [scope = '', value = ''] = JSON.parse(held) as string[]
          expect(table.find([{ scope, value }], () => now)).toHaveLength(1)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('a shard', () => {
  test('does not grow with repeated revocations and reinstatements', () => {
    const shard = createShard()
    for (let round = 0; round < 10_000; round++) {
      putMark(shard, 'again', { cutoff: 0, expiresAt: 1_000_000 + round })
      deleteMark(shard, 'again')
    }
    expect(shard.entries.size).toBe(0)
    expect(shard.queue.length).toBeLessThan(10)
    expect(shard.queue.ids.length).toBeLessThan(10)
  })

  test('releases the memory of swept marks', () => {
    const shard = createShard()
    for (let index = 0; index < 1_000; index++) putMark(shard, `${index}`, { cutoff: 0, expiresAt: index })
    expect(sweepShard(shard, 499, Infinity)).toBe(500)
    expect(shard.queue.ids.length).toBe(500)
    expect(shard.entries.size).toBe(500)
  })
})
