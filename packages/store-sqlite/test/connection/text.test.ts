import { expect, test } from 'vitest'
import { fromStored, toStored } from '../../src/connection/text.ts'

test('stores no NUL, returns the same text, and mixes no two up', () => {
  const parts = ['', '\0', '\u0001', '0', '1', 'a']
  const texts = parts.flatMap((a) => parts.flatMap((b) => parts.map((c) => a + b + c)))
  const distinct = [...new Set(texts)]
  const stored = distinct.map(toStored)
  expect(stored.join('')).not.toContain('\0')
  expect(new Set(stored).size).toBe(distinct.length)
  expect(stored.map(fromStored)).toEqual(distinct)
})
