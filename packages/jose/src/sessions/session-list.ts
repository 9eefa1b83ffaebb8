import {
  type Duration,
  type Revocation,
  RevocationError,
  RevocationUnavailableError,
  withDeadline,
} from '@revoked/core'
import { requireGivenId } from '../access/issue-claims.ts'
import type { OpenedSession, SessionRegistry } from './session-registry.ts'

/** What is known of a session to open, apart from its subject. */
export interface ListEntry {
  readonly device: unknown
  /** Default: the list chooses a random one. */
  readonly id: string | undefined
  readonly lifetime: Duration | undefined
}

/** The list of open sessions, whose calls are answered within a deadline. */
export interface SessionList {
  /**
   * @throws TypeError for a subject or an id that cannot be used. Nothing was opened.
   * @throws what the list throws, such as for a device or for too many sessions.
   */
  open(subject: string, entry: ListEntry): Promise<OpenedSession>
  /**
   * Returns whether the session is open.
   *
   * @throws RevocationUnavailableError if the list fails.
   */
  touch(subject: string, id: string): Promise<boolean>
  /** @throws RevocationUnavailableError if the list fails. */
  close(subject: string, id: string, reason: string | undefined): Promise<void>
}

/**
 * Creates the list. Its calls have as long as a revocation has to be stored.
 *
 * @throws TypeError if it is no list of sessions.
 */
export function createSessionList(sessions: SessionRegistry, { limits }: Revocation): SessionList {
  for (const method of ['open', 'touch', 'close'] as const) {
    if (typeof sessions?.[method] !== 'function')
      throw new TypeError(`sessions must come from createSessions, but has no ${method} method.`)
  }
  const ms = limits.writeTimeout
  const late = (): Error => new RevocationUnavailableError(`The list of sessions did not answer within ${ms} ms.`)
  /** An async operation: what it throws is a rejection. */
  const inTime = <Result>(operation: () => Promise<Result>): Promise<Result> => withDeadline(operation(), ms, late)
  const orUnavailable = async <Result>(operation: () => Promise<Result>): Promise<Result> => {
    try {
      return await inTime(operation)
    } catch (cause) {
      throw unavailableUnlessKnown(cause)
    }
  }

  return {
    open: (subject, { device, id, lifetime }) =>
      inTime(async () => {
        requireGivenId(subject, 'sub')
        if (id !== undefined) requireGivenId(id, 'sid')
        return await sessions.open({
          subject,
          ...(device !== undefined && { device }),
          ...(id !== undefined && { id }),
          ...(lifetime !== undefined && { lifetime }),
        })
      }),
    touch: (subject, id) => orUnavailable(async () => (await sessions.touch(subject, id)).status !== 'not_open'),
    close: (subject, id, reason) =>
      orUnavailable(async () => {
        await sessions.close(subject, id, reason === undefined ? {} : { reason })
      }),
  }
}

/** Returns the error of a store as one with a status. Those of this library have theirs. */
function unavailableUnlessKnown(cause: unknown): unknown {
  const isKnown = cause instanceof RevocationError || cause instanceof TypeError || cause instanceof RangeError
  return isKnown ? cause : new RevocationUnavailableError('The list of sessions failed; see cause.', { cause })
}
