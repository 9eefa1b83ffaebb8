import { assertOpenLimit, assertSessionUse, assertStoredSession, type SessionStore } from '@revoked/core/sessions'
import {
  closeAllSessions,
  closeSessions,
  openSession,
  type SessionTransaction,
  touchSession,
} from './session-changes.ts'

/** Runs an operation in a transaction, and resolves to its result. */
export type RunSessionChange = <Result>(operation: (transaction: SessionTransaction) => Result) => Promise<Result>

/**
 * Returns the methods of a store of sessions that write.
 *
 * @throws TypeError or RangeError (rejects) for what is no session, use or limit.
 */
export function createSessionWrites(
  run: RunSessionChange,
): Pick<SessionStore, 'open' | 'touch' | 'close' | 'closeAll'> {
  return {
    open: async (session, limit) => {
      assertStoredSession(session)
      assertOpenLimit(limit)
      return await run((transaction) => openSession(transaction, session, limit))
    },
    touch: async (use) => {
      assertSessionUse(use)
      return await run((transaction) => touchSession(transaction, use))
    },
    close: (subject, ids) => run((transaction) => closeSessions(transaction, subject, ids)),
    closeAll: (subject, range) => run((transaction) => closeAllSessions(transaction, subject, range)),
  }
}
