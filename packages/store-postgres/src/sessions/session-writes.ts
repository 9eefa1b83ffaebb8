import {
  assertOpenLimit,
  assertSessionUse,
  assertStoredSession,
  closeAllRememberedMs,
  type OpenResult,
  type SessionStore,
} from '@revoked/core/sessions'
import { storableName } from '../marks/stored-key.ts'
import type { SessionAccess } from './session-reads.ts'
import { idsIn, rowOf, type SessionJson, sessionIn } from './stored-session.ts'

/** What `open_session` answers: one of the fields. */
interface OpenAnswer {
  readonly opened?: true
  readonly closedUntil?: number
  readonly leastUsed?: readonly string[]
}

/**
 * Returns the methods of a store of sessions that write.
 *
 * @param lockMs - How long to wait for a transaction that changes the same subject. `null`: within
 *   a transaction of the caller.
 * @throws TypeError or RangeError (rejects) for what is no session, use or limit.
 */
export function createSessionWrites(
  { functions, nameOf }: SessionAccess,
  lockMs: number | null,
): Pick<SessionStore, 'open' | 'touch' | 'close' | 'closeAll'> {
  const lock = lockMs === null ? null : String(lockMs)
  return {
    open: async (session, limit) => {
      assertStoredSession(session)
      assertOpenLimit(limit)
      const { maxOpen = Infinity, instead = [] } = limit ?? {}
      const row = JSON.stringify(rowOf(session, nameOf(session.subject)))
      const most = maxOpen === Infinity ? null : String(maxOpen)
      const closed = JSON.stringify(instead.map(storableName))
      return resultOf((await functions.read('open_session', row, most, closed, lock)) as OpenAnswer)
    },
    touch: async (use) => {
      assertSessionUse(use)
      const row = {
        subject: nameOf(use.subject),
        id: storableName(use.id),
        used_at: use.usedAt,
        authenticated_at: use.authenticatedAt ?? null,
      }
      const touched = (await functions.read('touch_session', JSON.stringify(row), lock)) as SessionJson | null
      return touched === null ? undefined : sessionIn(touched, use.subject)
    },
    close: async (subject, ids) => {
      const named = JSON.stringify(ids.map(storableName))
      return idsIn(await functions.read('close_sessions', nameOf(subject), named, lock))
    },
    closeAll: async (subject, { openedUntil, except }) => {
      const kept = except === undefined ? null : storableName(except)
      const remembered = String(closeAllRememberedMs)
      return idsIn(
        await functions.read('close_all_sessions', nameOf(subject), String(openedUntil), kept, remembered, lock),
      )
    },
  }
}

function resultOf({ closedUntil, leastUsed, opened }: OpenAnswer): OpenResult {
  if (closedUntil !== undefined) return { opened: false, closedUntil }
  if (leastUsed !== undefined) return { opened: false, leastUsed: idsIn(leastUsed) }
  if (opened !== true) throw new TypeError('The client did not return the text of the database.')
  return { opened }
}
