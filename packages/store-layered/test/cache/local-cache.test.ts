import { expect, test } from 'vitest'
import { createLocalCache } from '../../src/cache/local-cache.ts'

test('limits the entries of each scope, so a flood of token ids evicts no subject', () => {
  const cache = createLocalCache(10)
  const alice = { scope: 'sub', value: 'alice' }
  cache.setMark(alice, { mark: { cutoff: 1, expiresAt: Infinity }, generation: 1 })
  for (let id = 0; id < 1_000; id++) cache.setAbsence({ scope: 'jti', value: String(id) }, 1)
  expect(cache.sizes()).toEqual({ sub: 1, jti: 10 })
  expect(cache.get(alice)).toMatchObject({ mark: { cutoff: 1 } })
})

test('keeps equal values of two scopes apart', () => {
  const cache = createLocalCache(10)
  cache.setAbsence({ scope: 'a', value: 'x' }, 1)
  cache.setAbsence({ scope: 'b', value: 'x' }, 2)
  cache.drop({ scope: 'a', value: 'x' })
  expect(cache.get({ scope: 'a', value: 'x' })).toBeUndefined()
  expect(cache.get({ scope: 'b', value: 'x' })).toBe(2)
})
