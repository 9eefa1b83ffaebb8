import type { Duration, Revocation, RevokeResult } from '@revoked/core'
import { requireGivenId } from '../access/issue-claims.ts'
import type { RefreshClaims } from '../refresh/refresh-claims.ts'
import { assertSessions, createInTime } from './in-time.ts'
import type { AuthenticatedSession, OpenedSession, SessionRegistry } from './session-registry.ts'

/** Why a session is closed that has no tokens. */
export const notIssued = 'not_issued'

/** What is known of a session to open, apart from its subject. */
export interface ListEntry {
  readonly device: unknown
  /** Default: the list chooses a random one. */
  readonly id: string | undefined
  readonly lifetime: Duration | undefined
  /** In ms since the epoch. Default now. */
  readonly authenticatedAt: number | undefined
}

/** What is known of a session to close. */
export interface CloseEntry {
  readonly reason?: string | undefined
  /** The result of its revocation, if that has just succeeded. */
  readonly revoked?: RevokeResult
}

/**
 * The list of open sessions. Its calls reject with RevocationUnavailableError after a deadline, and
 * with what the list rejects with.
 */
export interface SessionList {
  /**
   * @throws TypeError for a subject or an id that cannot be used. Nothing was opened.
   * @throws what the list throws, such as for a device or for too many sessions.
   */
  open(subject: string, entry: ListEntry): Promise<OpenedSession>
  /**
   * Opens a session that nobody has yet. If it opens after the deadline, it is closed again.
   *
   * @throws as `open` does.
   */
  openNew(subject: string, entry: ListEntry): Promise<OpenedSession>
  /**
   * Opens the session of a refresh token from before there was a list. One that is open already
   * stays as it is.
   *
   * @throws TokenRevokedError if it was closed since, or is over.
   */
  adopt(token: RefreshClaims): Promise<OpenedSession>
  /**
   * Notes a use, and a new authentication, if there was one. Returns what is known of the session,
   * or `undefined` if it is not open.
   *
   * @param authenticatedAt - In ms since the epoch.
   */
  touch(subject: string, id: string, authenticatedAt: number | undefined): Promise<AuthenticatedSession | undefined>
  close(subject: string, id: string, options: CloseEntry): Promise<void>
}

/**
 * Creates the list. Its calls have as long as a revocation has to be stored.
 *
 * @throws TypeError if it is no list of sessions.
 */
export function createSessionList(sessions: SessionRegistry, revocation: Revocation): SessionList {
  assertSessions(sessions, ['open', 'touch', 'get', 'close'])
  const inTime = createInTime(revocation)
  const openNow = async (
    subject: string,
    { device, id, lifetime, authenticatedAt }: ListEntry,
  ): Promise<OpenedSession> => {
    requireGivenId(subject, 'sub')
    if (id !== undefined) requireGivenId(id, 'sid')
    return await sessions.open({
      subject,
      ...(device !== undefined && { device }),
      ...(id !== undefined && { id }),
      ...(lifetime !== undefined && { lifetime }),
      ...(authenticatedAt !== undefined && { authenticatedAt }),
    })
  }
  const closeNow = async (subject: string, id: string, { reason, revoked }: CloseEntry): Promise<void> => {
    const options = { ...(reason !== undefined && { reason }), ...(revoked !== undefined && { revoked }) }
    await sessions.close(subject, id, options)
  }

  return {
    open: (subject, entry) => inTime(() => openNow(subject, entry)),
    openNew: async (subject, entry) => {
      const opening = openNow(subject, entry)
      try {
        return await inTime(() => opening)
      } catch (error) {
        // If the list has rejected, there is nothing to close. The caller has had an answer.
        opening.then(({ id }) => closeNow(subject, id, { reason: notIssued })).catch(() => undefined)
        throw error
      }
    },
    adopt: ({ sub: subject, sid: id, iat, session_at: begunAt = iat, session_exp: end, auth_time: authTime }) =>
      inTime(async () => {
        const openedAt = Math.round(begunAt * 1_000)
        return await sessions.open({
          ...{ subject, id, openedAt },
          ...(end !== undefined && { endsAt: end * 1_000 }),
          ...(authTime !== undefined && { authenticatedAt: authTime * 1_000 }),
        })
      }),
    touch: (subject, id, authenticatedAt) =>
      inTime(async () => {
        const options = authenticatedAt === undefined ? {} : { authenticatedAt }
        const { status, session } = await sessions.touch(subject, id, options)
        if (status === 'not_open') return undefined
        // A use within the last minute was not written. Another instance may know more.
        return session ?? (await sessions.get(subject, id))
      }),
    close: (subject, id, options) => inTime(() => closeNow(subject, id, options)),
  }
}
