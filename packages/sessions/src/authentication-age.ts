import type { Duration } from '@revoked/core'
import { readWholeSeconds } from './arguments.ts'
import { StaleAuthenticationError } from './errors.ts'

/** Something with a time of authentication: a session, for one. */
export type Authenticated = { readonly authenticatedAt: number }

/**
 * Returns whether the authentication is at most so old. A clock that is behind makes it younger.
 */
export function isFresh({ authenticatedAt }: Authenticated, maxAge: Duration, now: number): boolean {
  return now - authenticatedAt <= readWholeSeconds(maxAge, 'maxAge')
}

/** @throws StaleAuthenticationError if the authentication is older. */
export function assertFresh(session: Authenticated, maxAge: Duration, now: number): void {
  if (!isFresh(session, maxAge, now)) throw new StaleAuthenticationError(readWholeSeconds(maxAge, 'maxAge') / 1_000)
}
