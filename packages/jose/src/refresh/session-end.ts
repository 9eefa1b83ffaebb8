import { type Duration, durationToMs } from '@revoked/core'
import { InvalidTokenError } from '../errors.ts'

/**
 * What a login has fixed for its whole session, as claims of its refresh tokens: every rotation
 * carries them over, so that no instance goes by its own defaults.
 */
export interface SessionBounds {
  /** When the session ends, however often it is refreshed, in seconds. Default: never. */
  readonly session_exp?: number
  /** How long refresh tokens live, in seconds. Default: that of the instance. */
  readonly refresh_lifetime?: number
  /**
   * Set if the session was put on a list of open sessions. If it is not on the list any more, it is
   * over. Without, it is from before there was a list.
   */
  readonly session_listed?: true
}

/** Returns the bounds alone. */
export function boundsOf({
  session_exp,
  refresh_lifetime,
  session_listed,
}: {
  readonly [Name in keyof SessionBounds]: SessionBounds[Name] | undefined
}): SessionBounds {
  return {
    ...(session_exp !== undefined && { session_exp }),
    ...(refresh_lifetime !== undefined && { refresh_lifetime }),
    ...(session_listed !== undefined && { session_listed }),
  }
}

/**
 * Returns the bounds of a session that is on the list, and ends with it.
 *
 * @param endsAt - When it ends on the list, in ms since the epoch.
 */
export function listedBounds(bounds: SessionBounds, endsAt: number): SessionBounds {
  const { session_exp: end = Infinity } = bounds
  return { ...bounds, session_exp: Math.min(end, Math.floor(endsAt / 1_000)), session_listed: true }
}

/**
 * Returns the `exp` of a token of a session, which never outlives the session.
 *
 * @param lifetime - In seconds.
 */
export function expWithin({ session_exp: end = Infinity }: SessionBounds, iat: number, lifetime: number): number {
  return Math.min(Math.floor(iat) + lifetime, end)
}

/**
 * Asserts that a session goes on: the tokens of a rotation would be expired at once. There is no
 * leeway, because the end is the same for all instances and was fixed by the clock of an issuer.
 *
 * @param now - ms since the epoch.
 * @throws InvalidTokenError as for a refresh token that has expired.
 */
export function assertNotOver({ session_exp: end = Infinity }: SessionBounds, now: number): void {
  if (end * 1_000 <= now) throw new InvalidTokenError('ERR_JWT_EXPIRED', 'session_exp')
}

/**
 * Returns the longest time from the login to the end of a session, in seconds. It may exceed the
 * `maxTokenLifetime` of the revocation: no single token lives as long.
 *
 * @throws TypeError or RangeError if it is no duration of whole seconds.
 */
export function readAbsoluteLifetime(duration: Duration | undefined, name: string): number | undefined {
  if (duration === undefined) return undefined
  const ms = durationToMs(duration, name)
  if (ms < 1_000 || ms % 1_000 !== 0)
    throw new RangeError(`${name} must be whole seconds, at least one: the end of a session is in seconds.`)
  return ms / 1_000
}
