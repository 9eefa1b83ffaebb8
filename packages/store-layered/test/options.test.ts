import type { FollowableStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LayeredStore, layeredStore, type MirroredStore, mirroredStore } from '../src/index.ts'
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
  expect(() => readOptions({ maxStaleness: '5m' })).toThrow(/to a minute\.$/)
  expect(() => readOptions({ timeout: '30d' })).toThrow(/at most a minute\.$/)
  expect(readOptions({ timeout: '60s' })).toMatchObject({ timeoutMs: 60_000 })
  expect(readOptions({ maxStaleness: '50ms', timeout: '1ms' })).toMatchObject({ maxStalenessMs: 50, timeoutMs: 1 })
})

test('refuses an option that is not known', () => {
  // @ts-expect-error: what a caller without types would do.
  expect(() => layeredStore(memoryStore(), { maxStalenes: '1s' })).toThrow('maxStalenes is not an option')
})

test.each([0, '0s', Infinity] as const)('says how to never stop the reads, instead of idleAfter: %s', (idleAfter) => {
  expect(() => readOptions({ idleAfter })).toThrow('Leave it out')
})

const local = () => memoryStore()
const client = new Redis({ lazyConnect: true })
const { find, record, forget } = memoryStore()
// What callers without types can pass.
const wrongRemotes: readonly (readonly [name: string, remote: unknown, advice: RegExp])[] = [
  ['nothing', undefined, /such as redisStore\(client\) or memoryStore\(\)\.$/],
  ['a client', client, /It is a client of Redis: wrap it, as redisStore\(client\)/],
  ['a function', memoryStore, /pass what it returns, such as memoryStore\(\)/],
  ['a store without a log', { find, record, forget }, /must be a store that can be followed/],
]

describe.each<[string, (remote: FollowableStore) => LayeredStore | MirroredStore]>([
  ['layeredStore', (remote) => layeredStore(remote)],
  ['mirroredStore', (remote) => mirroredStore(remote, { local })],
])('%s', (_, create) => {
  test.each(wrongRemotes)('says what to pass as the remote in place of %s', (_name, remote, advice) => {
    expect(() => create(remote as FollowableStore)).toThrow(TypeError)
    expect(() => create(remote as FollowableStore)).toThrow(advice)
  })

  test('says what to pass in place of a store that follows another one', () => {
    const followed = create(memoryStore())
    onTestFinished(() => followed.close())
    // @ts-expect-error: callers without types can do this.
    expect(() => create(followed)).toThrow('pass the store that it follows')
  })
})

test('a mirror without options says that local is required', () => {
  // @ts-expect-error: callers without types can do this.
  expect(() => mirroredStore(memoryStore())).toThrow('The option local is required')
})
