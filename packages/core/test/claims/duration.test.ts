import { type Duration, durationToMs } from '@revoked/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../support/claims.ts'

describe('durationToMs', () => {
  test.each<[Duration, number]>([
    [0, 0],
    [900, 900_000],
    [0.5, 500],
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['1.5h', 5_400_000],
    ['0s', 0],
  ])('reads %j as %d ms', (duration, ms) => {
    expect(durationToMs(duration, 'timeout')).toBe(ms)
  })

  test('rounds a part of a millisecond up: a mark may live longer, never shorter', () => {
    expect(durationToMs(0.000_1, 'timeout')).toBe(1)
    expect(durationToMs('0.1ms', 'timeout')).toBe(1)
    expect(durationToMs('1.2ms', 'timeout')).toBe(2)
  })

  test('returns whole milliseconds, rounded up', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 3e7, noNaN: true }), (seconds) => {
        const ms = durationToMs(seconds, 'timeout')
        expect(Number.isInteger(ms)).toBe(true)
        expect(ms).toBeGreaterThanOrEqual(seconds * 1_000)
        expect(ms - 1).toBeLessThan(seconds * 1_000)
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([
    '5 minutes',
    '5min',
    '5',
    '',
    's',
    ' 5s',
    '5s ',
    '5s\n',
    '5S',
    '5M',
    '1e3s',
    '.5s',
    '5.s',
    '+5s',
    '0x10s',
    '1_000s',
    'Infinitys',
    '5w',
    '1h30m',
    '\u0665s',
    null,
    undefined,
    true,
    {},
    [],
    5n,
  ])('refuses %o, which is no duration, and names the option', (duration) => {
    const error = thrownBy(() => durationToMs(duration as Duration, 'maxTokenLifetime'))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toContain('maxTokenLifetime must be seconds as a number')
  })

  test.each<Duration>([-1, Number.NaN, Infinity, -Infinity, 1e306, '-5s', '-0.5h', `${'9'.repeat(400)}s` as Duration])(
    'refuses %j, which is negative or not finite',
    (duration) => {
      const error = thrownBy(() => durationToMs(duration, 'clockTolerance'))
      expect(error).toBeInstanceOf(RangeError)
      expect(String(error)).toContain('clockTolerance must be finite and not negative')
    },
  )

  test.each([86_400_000, 31_622_401, 1e11])('refuses the number %d: it was meant to be milliseconds', (duration) => {
    const error = thrownBy(() => durationToMs(duration, 'maxTokenLifetime'))
    expect(error).toBeInstanceOf(RangeError)
    expect(String(error)).toContain('maxTokenLifetime looks like milliseconds')
  })

  test('accepts a year as a number, and ten years with a unit', () => {
    expect(durationToMs(31_622_400, 'maxTokenLifetime')).toBe(31_622_400_000)
    expect(durationToMs('3660d', 'maxTokenLifetime')).toBe(316_224_000_000)
    expect(thrownBy(() => durationToMs('3661d', 'maxTokenLifetime'))).toBeInstanceOf(RangeError)
  })
})
