/** Reads what callers pass with each call. Wrong arguments are mistakes of the caller. */
import { type Duration, durationToMs } from '@revoked/core'

/** The longest id that core takes, in UTF-16 code units. */
const maxIdLength = 1_024

/**
 * Returns an id that a revocation can name. No message contains it.
 *
 * @throws TypeError if it is no string, RangeError if it is empty, too long or malformed.
 */
export function readId(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, but is of type ${typeof value}.`)
  if (value === '' || value.length > maxIdLength || !value.isWellFormed())
    throw new RangeError(`${name} must be a well-formed string of 1 to ${maxIdLength} UTF-16 code units.`)
  return value
}

/** Smaller numbers are seconds: as milliseconds, they would be before 1973. */
const minInstant = 1e11

/** How far the clock of an identity provider may be ahead. */
const toleranceMs = 60_000

/**
 * Returns an instant of the past. One of the next minute counts as now: the clock that it was read
 * from is ahead.
 *
 * @throws TypeError or RangeError if it is no instant, in seconds, or in the future.
 */
export function readPastInstant(value: number | undefined, name: string, now: number): number | undefined {
  if (value === undefined) return undefined
  const instant = readInstant(value, name)
  if (instant > now + toleranceMs) throw new RangeError(`${name} must not be in the future.`)
  return Math.min(instant, now)
}

/**
 * Returns an instant, in whole ms.
 *
 * @throws TypeError or RangeError if it is no instant, or in seconds.
 */
export function readInstant(value: number, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`${name} must be ms since the epoch.`)
  if (value < minInstant) throw new RangeError(`${name} looks like seconds: give ms since the epoch.`)
  return Math.floor(value)
}

/**
 * Returns a time in ms.
 *
 * @throws TypeError or RangeError if it is no duration, or 0.
 */
export function readPositive(duration: Duration, name: string): number {
  const ms = durationToMs(duration, name)
  if (ms === 0) throw new RangeError(`${name} must be more than 0.`)
  return ms
}

/**
 * Returns a time in ms, for what clients are told in seconds.
 *
 * @throws TypeError or RangeError if it is no duration, or not of whole seconds, at least one.
 */
export function readWholeSeconds(duration: Duration, name: string): number {
  const ms = durationToMs(duration, name)
  if (ms < 1_000 || ms % 1_000 !== 0) throw new RangeError(`${name} must be whole seconds, at least one.`)
  return ms
}

/**
 * Returns a time in ms that is at most that of an option.
 *
 * @throws TypeError or RangeError if it is no duration, 0 or longer.
 */
export function readAtMost(duration: Duration | undefined, name: string, limit: { ms: number; name: string }): number {
  if (duration === undefined) return limit.ms
  const ms = readPositive(duration, name)
  if (ms > limit.ms) throw new RangeError(`${name} must be at most ${limit.name}, the option of createSessions.`)
  return ms
}
