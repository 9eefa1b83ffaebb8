import { inspect } from 'node:util'
import type { Key, KeyedMark } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { describe, expect, test } from 'vitest'

const clock = virtualClock()
const lifeMs = 60_000

function key(value: string): Key {
  return { scope: 'jti', value }
}

function keyed(value: string, expiresAt = clock.now() + lifeMs): KeyedMark {
  return { key: key(value), mark: { cutoff: Infinity, expiresAt } }
}

function batch(count: number, prefix = ''): KeyedMark[] {
  return Array.from({ length: count }, (_, index) => keyed(`${prefix}${index}`))
}

describe('expiry on read', () => {
  test('is exact to the millisecond, with or without a sweep', async () => {
    const store = memoryStore({ now: clock.now })
    await store.record([keyed('a')])
    clock.advance(lifeMs - 1)
    expect(store.find([key('a')])).toHaveLength(1)
    clock.advance(1)
    expect(store.find([key('a')])).toEqual([])
    expect(store.size).toBe(1)
  })

  test('uses no timer, so a revocation of 30 days outlives the longest timer', async () => {
    const store = memoryStore({ now: clock.now })
    const thirtyDaysMs = 30 * 86_400_000
    await store.record([keyed('a', clock.now() + thirtyDaysMs)])
    clock.advance(thirtyDaysMs - 1)
    expect(store.find([key('a')])).toHaveLength(1)
  })

  test('records over an expired mark without merging it', async () => {
    const store = memoryStore({ now: clock.now })
    await store.record([{ key: key('a'), mark: { cutoff: Infinity, expiresAt: clock.now() + 1, reason: 'old' } }])
    clock.advance(1)
    const mark = { cutoff: clock.now(), expiresAt: clock.now() + lifeMs }
    expect(await store.record([{ key: key('a'), mark }])).toEqual([true])
    expect(store.find([key('a')])).toEqual([{ key: key('a'), mark }])
  })
})

describe('find', () => {
  test('answers synchronously', async () => {
    const store = memoryStore()
    expect(Array.isArray(store.find([key('a')]))).toBe(true)
  })
})

describe('at maxMarks', () => {
  test('rejects the record and keeps every live mark', async () => {
    const store = memoryStore({ maxMarks: 3, now: clock.now })
    await store.record(batch(3))
    await expect(store.record([keyed('one-more')])).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(store.find(batch(3).map((one) => one.key))).toHaveLength(3)
  })

  test('stores nothing of a batch that does not fit', async () => {
    const store = memoryStore({ maxMarks: 3, now: clock.now })
    await store.record([keyed('held')])
    await expect(store.record(batch(3))).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(store.find(batch(3).map((one) => one.key))).toEqual([])
    expect(store.size).toBe(1)
  })

  test('still merges into the marks that it holds', async () => {
    const store = memoryStore({ maxMarks: 3, now: clock.now })
    await store.record(batch(3))
    const longer = keyed('0', clock.now() + 2 * lifeMs)
    await store.record([longer, longer])
    expect(store.find([key('0')])).toEqual([longer])
  })

  test('counts a repeated key of a batch once', async () => {
    const store = memoryStore({ maxMarks: 1, now: clock.now })
    expect(await store.record([keyed('a'), keyed('a')])).toEqual([true, false])
  })

  test('frees the room of any number of expired marks at once', async () => {
    const store = memoryStore({ maxMarks: 6_250, now: clock.now })
    await store.record(batch(5_000, 'old-'))
    clock.advance(lifeMs)
    await store.record(batch(5_000, 'new-'))
    expect(store.find(batch(5_000, 'new-').map((one) => one.key))).toHaveLength(5_000)
  })

  test('frees the room of forgotten marks', async () => {
    const store = memoryStore({ maxMarks: 2, now: clock.now })
    await store.record(batch(2))
    await store.forget([key('0')])
    await store.record([keyed('another')])
    expect(store.size).toBe(2)
  })

  test('names the option to change, and contains no key', async () => {
    const store = memoryStore({ maxMarks: 1 })
    await store.record([keyed('first', Date.now() + lifeMs)])
    const error: unknown = await store.record([keyed('S3CRET', Date.now() + lifeMs)]).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(Error)
    expect(inspect(error)).toContain('Raise maxMarks')
    expect(inspect(error)).not.toMatch(/S3CRET|first/)
  })
})

describe('options', () => {
  test('refuse unknown names', () => {
    // @ts-expect-error: callers without types can do this.
    expect(() => memoryStore({ maxMark: 10 })).toThrow('maxMark is not an option')
  })

  test.each([0, -1, 1.5, Number.NaN, Infinity, '10'])('refuse maxMarks %s', (maxMarks) => {
    expect(() => memoryStore({ maxMarks: maxMarks as number })).toThrow(RangeError)
  })

  test('refuse a clock that is not a function', () => {
    expect(() => memoryStore({ now: 5 as unknown as () => number })).toThrow(TypeError)
  })
})
