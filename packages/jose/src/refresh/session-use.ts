import { TokenRevokedError } from '@revoked/core'
import type { Endings } from '../sessions/endings.ts'
import type { SessionList } from '../sessions/session-list.ts'
import type { RefreshClaims } from './refresh-claims.ts'

/** The reason of a refusal, and of the revocation, if a session is not open any more. */
const sessionOver = 'session_over'

/** The list of open sessions, as rotations meet it. Without a list, nothing happens. */
export interface SessionUse {
  /**
   * Notes the use of the session of a token.
   *
   * @throws TokenRevokedError if it is not open any more. It is revoked by then.
   */
  touch(token: RefreshClaims): Promise<void>
  /**
   * Settles as a rotation does. If it was refused because the session was revoked, the session is
   * closed on the list before: a call that was to end it may have failed between the two.
   *
   * @throws what the rotation or the closing throws.
   */
  closedIfRevoked<Result>(token: RefreshClaims, rotation: Promise<Result>): Promise<Result>
}

/** Creates what notes the use of sessions. */
export function createSessionUse({
  endings,
  list,
}: {
  readonly endings: Endings
  readonly list: SessionList | undefined
}): SessionUse {
  return {
    touch: async (token) => {
      // A token without an end was issued without the list.
      if (list === undefined || token.session_exp === undefined) return
      if (await list.touch(token.sub, token.sid)) return
      await endings.endSession(token, { reason: sessionOver })
      throw new TokenRevokedError('sid', sessionOver)
    },
    closedIfRevoked: async (token, rotation) => {
      try {
        return await rotation
      } catch (error) {
        if (error instanceof TokenRevokedError && wasRevoked(error)) await endings.closeSession(token, reasonOf(error))
        throw error
      }
    },
  }
}

/** Whether the session was revoked, and not because the list lacks it: it has nothing to close. */
function wasRevoked({ by, reason }: TokenRevokedError): boolean {
  return by === 'sid' && reason !== sessionOver && reason !== 'not_listed'
}

/** The reason of the revocation, for the list. */
function reasonOf({ reason }: TokenRevokedError): { readonly reason?: string } {
  return reason === undefined ? {} : { reason }
}
