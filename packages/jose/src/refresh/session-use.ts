import { TokenRevokedError } from '@revoked/core'
import { type AuthenticationStamp, stampAuthentication } from '../access/authentication-time.ts'
import type { Endings } from '../sessions/endings.ts'
import type { SessionList } from '../sessions/session-list.ts'
import type { RefreshClaims } from './refresh-claims.ts'
import { boundsOf, listedBounds, type SessionBounds } from './session-end.ts'

/** The reason of a refusal, and of the revocation, if a session is not open any more. */
const sessionOver = 'session_over'

/** A session that goes on. */
interface UsedSession {
  /** What bounds it from now on. */
  readonly bounds: SessionBounds
  /** When its user authenticated. */
  readonly authentication: AuthenticationStamp
}

/** The list of open sessions, as rotations meet it. Without a list, nothing happens. */
export interface SessionUse {
  /**
   * Returns whether an allowlist does not concern the token yet, because its session is from before
   * there was a list. The use of it lists it. What has closed it since has revoked it, and the
   * marks refuse it.
   */
  isFromBefore(token: RefreshClaims): boolean
  /**
   * Notes the use of the session of a token, or lists the session, with the instants of its login.
   *
   * @param authenticatedAt - When the user has proved again who they are, in ms since the epoch.
   * @throws TokenRevokedError if it is not open any more. It is revoked by then.
   */
  use(token: RefreshClaims, authenticatedAt: number | undefined): Promise<UsedSession>
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
  sessionsSince = -Infinity,
}: {
  readonly endings: Endings
  readonly list: SessionList | undefined
  /** When the list began, in ms since the epoch. */
  readonly sessionsSince: number | undefined
}): SessionUse {
  async function useOnList(token: RefreshClaims, authenticatedAt: number | undefined): Promise<UsedSession> {
    const { sub, sid, auth_time: before = -Infinity } = token
    const bounds = boundsOf(token)
    if (list === undefined) {
      const at = Math.max(before * 1_000, authenticatedAt ?? -Infinity)
      return { bounds, authentication: stampAuthentication(at === -Infinity ? undefined : at) }
    }
    const adopted = token.session_listed === true ? undefined : await list.adopt(token)
    const isKnown = adopted !== undefined && authenticatedAt === undefined
    const session = isKnown ? adopted : await list.touch(sub, sid, authenticatedAt)
    if (session === undefined) throw new TokenRevokedError('sid', sessionOver)
    return {
      bounds: adopted === undefined ? bounds : listedBounds(bounds, adopted.endsAt),
      authentication: stampAuthentication(session.authenticatedAt),
    }
  }

  return {
    isFromBefore: ({ iat, session_at: begunAt = iat, session_listed: isListed }) =>
      list !== undefined && isListed !== true && begunAt * 1_000 <= sessionsSince,
    use: async (token, authenticatedAt) => {
      try {
        return await useOnList(token, authenticatedAt)
      } catch (error) {
        if (isOver(error)) await endings.endSession(token, { reason: sessionOver })
        throw error
      }
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

function isOver(error: unknown): boolean {
  return error instanceof TokenRevokedError && error.reason === sessionOver
}

/** Whether the session was revoked, and not because the list lacks it: it has nothing to close. */
function wasRevoked({ by, reason }: TokenRevokedError): boolean {
  return by === 'sid' && reason !== sessionOver && reason !== 'not_listed'
}

/** The reason of the revocation, for the list. */
function reasonOf({ reason }: TokenRevokedError): { readonly reason?: string } {
  return reason === undefined ? {} : { reason }
}
