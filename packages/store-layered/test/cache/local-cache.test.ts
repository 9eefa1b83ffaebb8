import type { Key } from '@revoked/core'
import { expect, test } from 'vitest'
import { createLocalCache } from '../../src/cache/local-cache.ts'

test('limits the entries of each scope, so a flood of token ids evicts no subject', () => {
  const cache = createLocalCache(10, (key) => key)
  const alice = { scope: 'sub', value: 'alice' }
  cache.set(alice, { mark: { cutoff: 1, expiresAt: Infinity }, generation: 1 })
  for (let id = 0; id < 1_000; id++) cache.set({ scope: 'jti', value: String(id) }, 1)
  expect(cache.sizes()).toEqual({ sub: 1, jti: 10 })
  expect(cache.get(alice)).toMatchObject({ mark: { cutoff: 1 } })
})

test('keeps equal values of two scopes apart', () => {
  const cache = createLocalCache(10, (key) => key)
  cache.set({ scope: 'a', value: 'x' }, 1)
  cache.set({ scope: 'b', value: 'x' }, 2)
  cache.drop({ scope: 'a', value: 'x' })
  expect(cache.get({ scope: 'a', value: 'x' })).toBeUndefined()
  expect(cache.get({ scope: 'b', value: 'x' })).toBe(2)
})

test('finds cached keys by the hash that the log has of them, until they are evicted', () => {
  const hashed = (key: Key): Key => ({ ...key, value: `#${key.value.replace('#', '##')}` })
  const cache = createLocalCache(2, hashed)
  const named = (value: string): Key | undefined => cache.keyOf({ scope: 'sub', value })
  for (const value of ['a', 'b', '#b']) cache.set({ scope: 'sub', value }, 1)
  expect([named('#a'), named('#b'), named('###b')]).toEqual([
    undefined,
    { scope: 'sub', value: 'b' },
    { scope: 'sub', value: '#b' },
  ])
  cache.drop({ scope: 'sub', value: 'b' })
  expect(named('#b')).toBeUndefined()
})
