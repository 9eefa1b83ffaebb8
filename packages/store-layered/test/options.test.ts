import { memoryStore } from '@revoked/store-memory'
import { expect, test } from 'vitest'
import { layeredStore } from '../src/index.ts'
import { readOptions } from '../src/options.ts'

test('has defaults', () => {
  expect(readOptions({})).toEqual({ maxEntries: 100_000, maxStalenessMs: 2_000, timeoutMs: 800 })
})

test.each([0, 1.5, -1, Number.NaN, Infinity])('refuses maxEntries of %s', (maxEntries) => {
  expect(() => readOptions({ maxEntries })).toThrow(RangeError)
})

test('refuses durations that are too short or too long', () => {
  expect(() => readOptions({ maxStaleness: '49ms' })).toThrow('from 50 ms')
  expect(() => readOptions({ maxStaleness: 2_000 })).toThrow('A number counts seconds')
  expect(() => readOptions({ timeout: 0 })).toThrow(RangeError)
  expect(() => readOptions({ timeout: 800 })).toThrow('A number counts seconds')
  expect(() => readOptions({ timeout: '30d' })).toThrow(RangeError)
  expect(readOptions({ timeout: '60s' })).toMatchObject({ timeoutMs: 60_000 })
  expect(readOptions({ maxStaleness: '50ms', timeout: '1ms' })).toMatchObject({ maxStalenessMs: 50, timeoutMs: 1 })
})

test('refuses an option that is not known', () => {
  // @ts-expect-error: what a caller without types would do.
  expect(() => layeredStore(memoryStore(), { maxStalenes: '1s' })).toThrow('maxStalenes is not an option')
})

test('refuses a remote that cannot be followed', () => {
  const { find, record, forget } = memoryStore()
  // @ts-expect-error: callers without types can do this.
  expect(() => layeredStore({ find, record, forget })).toThrow(TypeError)
})
