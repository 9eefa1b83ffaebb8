/**
 * A length of time: seconds as a number (the unit of `exp` and `iat`), or a string with its unit.
 *
 * @example
 * ```ts
 * import type { Duration } from '@revoked/core'
 *
 * const durations: Duration[] = [900, '900s', '15m', '24h', '7d', '500ms']
 * ```
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const unitsInMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A year. A larger number of seconds is a number of milliseconds in all likelihood. */
const maxPlainSeconds = 366 * 86_400

/** Ten years. No token is meant to live longer, and no option of any package is a longer time. */
const maxDurationMs = 3_660 * 86_400_000

/**
 * Returns the duration in milliseconds.
 *
 * @example
 * ```ts
 * import { type Duration, durationToMs } from '@revoked/core'
 *
 * const cookieSeconds = (lifetime: Duration): number => durationToMs(lifetime, 'lifetime') / 1_000
 * const maxAge = cookieSeconds('15m') // 900
 * ```
 *
 * @param name - the name of the option, for the error.
 * @throws TypeError if it is not a duration.
 * @throws RangeError if it is negative, longer than ten years, or a number of more than a year in
 * seconds: that one was meant to be milliseconds.
 */
export function durationToMs(duration: Duration, name: string): number {
  const ms = typeof duration === 'number' ? duration * 1_000 : parse(duration)
  if (ms === undefined) {
    throw new TypeError(
      `${name} must be seconds as a number, or a string such as '500ms', '30s', '15m', '24h' or '7d'.`,
    )
  }
  if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`${name} must be finite and not negative.`)
  if (typeof duration === 'number' && duration > maxPlainSeconds)
    throw new RangeError(`${name} looks like milliseconds: a number counts seconds. Write a string with its unit.`)
  if (ms > maxDurationMs) throw new RangeError(`${name} must be at most ten years.`)
  return Math.ceil(ms)
}

/**
 * Returns a sentence about the unit of numbers, with a space before it, for the error of a duration
 * that is a number and out of range: it may have been meant in milliseconds. Empty for others.
 */
export function unitHint(duration: unknown): string {
  return typeof duration === 'number' ? ' A number counts seconds.' : ''
}

function parse(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined
  const [, amount, unit] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (unitsInMs[unit] ?? Number.NaN)
}
