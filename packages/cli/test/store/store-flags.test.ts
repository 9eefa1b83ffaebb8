import { expect, test } from 'vitest'
import { toCount, toDuration, toInstant, toTimer } from '../../src/store/store-flags.ts'

test('a date is one of ISO 8601, and no number', () => {
  expect(toInstant('2026-11-27T12:00:00Z')).toBe(Date.UTC(2026, 10, 27, 12))
  expect(toInstant('2026-11-27T12:00:00.5+01:00')).toBe(Date.UTC(2026, 10, 27, 11, 0, 0, 500))
  expect(toInstant('2026-11-27')).toBe(Date.UTC(2026, 10, 27))
  for (const text of ['12', '1764240000', 'yesterday', '2026-13-01', '', '27.11.2026'])
    expect(() => toInstant(text)).toThrow(/must be a date/)
})

test('the time of a timer is one that a timer can take', () => {
  expect([toTimer('1s'), toTimer('24d')]).toEqual([1_000, 2_073_600_000])
  for (const text of ['0s', '1ms', '30d', '1y', '']) expect(() => toTimer(text)).toThrow()
})

test('a count is a whole number, and a duration has a unit', () => {
  expect([toCount('1'), toCount('5000')]).toEqual([1, 5_000])
  for (const text of ['0', '-1', '1.5', 'many', '', ' ']) expect(() => toCount(text)).toThrow(/whole number/)
  expect(toDuration('30d')).toBe('30d')
  for (const text of ['30', 'd', '-1s', '11000d']) expect(() => toDuration(text)).toThrow(/a number and a unit/)
})
