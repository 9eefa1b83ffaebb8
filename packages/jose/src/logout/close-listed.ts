import type { Revocation, RevokeResult } from '@revoked/core'
import { createInTime } from '../sessions/in-time.ts'
import type { SessionCloser } from '../sessions/session-registry.ts'
import type { Logout } from './logout-rules.ts'

/**
 * Closes on the list what a logout has revoked.
 *
 * @throws RevocationUnavailableError if the list is unavailable.
 */
type CloseListed = (logout: Logout, results: readonly RevokeResult[]) => Promise<void>

/** Creates what closes the sessions of logouts. */
export function createCloseListed(sessions: SessionCloser, revocation: Revocation): CloseListed {
  const inTime = createInTime(revocation)
  return async ({ target, subject, issuedAt }, [revoked]) => {
    // A session without its subject cannot be found.
    if (subject === undefined || revoked === undefined) return
    const openedUntil = Math.floor(issuedAt)
    await inTime(async () => {
      if ('session' in target) await sessions.close(subject, target.session, { revoked })
      else await sessions.closeAll(subject, { openedUntil, revoked })
    })
  }
}
