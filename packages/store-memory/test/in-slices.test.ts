import type { KeyedMark } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'

function batch(count: number): KeyedMark[] {
  const expiresAt = Date.now() + 600_000
  return Array.from({ length: count }, (_, index) => ({
    key: { scope: 'sub', value: `user-${index}` },
    mark: { cutoff: Infinity, expiresAt },
  }))
}

/** Returns the number of turns of the event loop during the operation. */
async function turnsDuring(operation: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await operation()
  isOver = true
  return turns
}

describe('a large batch', () => {
  test('lets the event loop turn at least once per 2,048 marks', async () => {
    const store = memoryStore()
    const marks = batch(20 * 2_048)
    expect(await turnsDuring(() => store.record(marks))).toBeGreaterThanOrEqual(19)
    const keys = marks.map(({ key }) => key)
    expect(store.find(keys)).toHaveLength(marks.length)
    expect(await turnsDuring(() => store.forget(keys))).toBeGreaterThanOrEqual(19)
    expect(store.size).toBe(0)
  })

  test('returns one result per mark, in order', async () => {
    const store = memoryStore()
    const marks = batch(5_000)
    await store.record(marks.filter((_, index) => index % 3 === 0))
    expect(await store.record(marks)).toEqual(marks.map((_, index) => index % 3 !== 0))
  })

  test('has exactly one first writer per mark among concurrent batches', async () => {
    const store = memoryStore()
    const marks = batch(5_000)
    const results = await Promise.all([1, 2, 3].map(() => store.record(marks)))
    const firsts = marks.map((_, index) => results.filter((changed) => changed[index]).length)
    expect(new Set(firsts)).toEqual(new Set([1]))
  })
})

test('a batch of ordinary size is stored before record returns', () => {
  const store = memoryStore()
  const marks = batch(2_048)
  void store.record(marks)
  expect(store.size).toBe(2_048)
})
