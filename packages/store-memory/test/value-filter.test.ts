import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createValueFilter, mayHold, valueAdded, valueDeleted } from '../src/value-filter.ts'
import { hashOf } from '../src/value-hash.ts'

function filled(values: Iterable<string>): {
  readonly filter: ReturnType<typeof createValueFilter>
  /** The hashes of the values. */
  readonly held: Map<string, number>
} {
  const filter = createValueFilter()
  const held = new Map<string, number>()
  for (const value of values) {
    held.set(value, hashOf(value))
    valueAdded(filter, value, held)
  }
  return { filter, held }
}

describe('the filter', () => {
  test('never denies a present value after any additions and deletions', () => {
    // Any code unit. The `binary` strings of fast-check take more than a second to set up.
    const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code))
    // Few of the values are different, so that many are deleted again.
    const value = fc.oneof(
      { weight: 1, arbitrary: fc.string({ unit, maxLength: 8 }) },
      { weight: 4, arbitrary: fc.constantFrom('', 'a', 'b', 'ab', 'user-', 'x@example.com') },
    )
    const step = fc.record({ value, isAdded: fc.boolean(), times: fc.constantFrom(1, 1, 1, 40) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
        const { filter, held } = filled([])
        const denied: string[] = []
        for (const { value: one, isAdded, times } of steps) {
          for (let index = 0; index < times; index++) {
            const each = times === 1 ? one : `${one}${index}`
            if (isAdded === held.has(each)) continue
            if (isAdded) held.set(each, hashOf(each))
            else held.delete(each)
            if (isAdded) valueAdded(filter, each, held)
            else valueDeleted(filter, held)
          }
          for (const [each, hash] of held) if (!mayHold(filter, hash)) denied.push(each)
        }
        expect(denied).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  test('never loses a value that shares its bits with others which are deleted', () => {
    const alike = Array.from({ length: 600 }, (_, index) => `${index}@example.com`)
    const { filter, held } = filled(alike)
    for (const value of alike.slice(1)) {
      held.delete(value)
      valueDeleted(filter, held)
    }
    expect(mayHold(filter, hashOf(alike[0] ?? ''))).toBe(true)
  })

  test('denies nearly every absent random id', () => {
    const { filter } = filled(Array.from({ length: 2_000 }, () => crypto.randomUUID()))
    const others = Array.from({ length: 2_000 }, () => crypto.randomUUID())
    expect(others.filter((value) => mayHold(filter, hashOf(value))).length).toBeLessThan(300)
  })

  test('denies nearly every absent id again after as many were deleted as it holds', () => {
    const { filter, held } = filled(Array.from({ length: 4_000 }, () => crypto.randomUUID()))
    const deleted = [...held.keys()].slice(0, 2_000)
    for (const value of deleted) {
      held.delete(value)
      valueDeleted(filter, held)
    }
    expect(deleted.filter((value) => mayHold(filter, hashOf(value))).length).toBeLessThan(1_000)
    const others = Array.from({ length: 2_000 }, () => crypto.randomUUID())
    expect(others.filter((value) => mayHold(filter, hashOf(value))).length).toBeLessThan(300)
  })

  test('shrinks after the values are deleted', () => {
    const { filter, held } = filled(Array.from({ length: 1_000 }, (_, index) => `${index}`))
    const words = filter.words.length
    for (const value of [...held.keys()]) {
      held.delete(value)
      valueDeleted(filter, held)
    }
    expect([words, filter.words.length]).toEqual([512, 4])
    expect(filter.words.every((word) => word === 0)).toBe(true)
  })
})

describe('the hash', () => {
  test.each([
    ['UUIDs', () => crypto.randomUUID()],
    ['base64url ids', () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')],
    ['numbers', (index: number) => `${index}`],
    ['numbered names', (index: number) => `user-${index}`],
  ])('spreads %s over the shards', (_, id) => {
    const shards = 64
    const perShard = 500
    const counts = new Array<number>(shards).fill(0)
    for (let index = 0; index < shards * perShard; index++) {
      const shard = hashOf(id(index)) & (shards - 1)
      counts[shard] = (counts[shard] ?? 0) + 1
    }
    expect(Math.max(...counts)).toBeLessThan(2 * perShard)
  })
})
