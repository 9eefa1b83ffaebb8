import type { Revocation } from '@revoked/core'

/** `auth_time` of OpenID Connect Core, in seconds: when the user proved who they are. */
export interface AuthenticationStamp {
  readonly auth_time?: number
}

/** Smaller numbers are seconds: as milliseconds, they would be before 1973. */
const minInstant = 1e11

/**
 * Returns the option `authenticatedAt`, in whole ms. One that is ahead by no more than the
 * tolerance for clocks counts as now.
 *
 * @throws TypeError or RangeError if it is no instant, in seconds, or in the future.
 */
export function readAuthenticatedAt(value: unknown, { now, limits }: Revocation): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new TypeError('authenticatedAt must be ms since the epoch.')
  if (value < minInstant) throw new RangeError('authenticatedAt looks like seconds: give ms since the epoch.')
  const at = now()
  if (value > at + limits.clockTolerance) throw new RangeError('authenticatedAt must not be in the future.')
  return Math.floor(Math.min(value, at))
}

/**
 * Returns the stamp of an authentication. It is not rounded up: nobody authenticated later than it
 * says.
 *
 * @param authenticatedAt - In ms since the epoch.
 */
export function stampAuthentication(authenticatedAt: number | undefined): AuthenticationStamp {
  return authenticatedAt === undefined ? {} : { auth_time: Math.floor(authenticatedAt / 1_000) }
}
