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

/**
 * The duration in milliseconds.
 *
 * @param name - the option's name, for the error.
 * @throws TypeError where it is not a duration.
 * @throws RangeError where it is negative or not finite.
 */
export function durationToMs(duration: Duration, name: string): number {
  const ms = typeof duration === 'number' ? duration * 1_000 : parse(duration)
  if (ms === undefined) {
    throw new TypeError(
      `${name} must be seconds as a number, or a string such as '500ms', '30s', '15m', '24h' or '7d'.`,
    )
  }
  if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`${name} must be finite and not negative.`)
  return Math.ceil(ms)
}

function parse(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined
  const [, amount, unit] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (unitsInMs[unit] ?? Number.NaN)
}
