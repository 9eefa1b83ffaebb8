import type { OpenLimit, SessionStore } from '@revoked/core/sessions'
import {
  closeAllSessions,
  closeSessions,
  openSession,
  type SessionTransaction,
  touchSession,
} from './session-changes.ts'
import { assertSession, assertWholeMs } from './stored-session.ts'

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
      assertSession(session)
      assertLimit(limit)
      return await run((transaction) => openSession(transaction, session, limit))
    },
    touch: async (use) => {
      assertWholeMs(use.usedAt, 'usedAt')
      assertWholeMs(use.authenticatedAt ?? 0, 'authenticatedAt')
      return await run((transaction) => touchSession(transaction, use))
    },
    close: (subject, ids) => run((transaction) => closeSessions(transaction, subject, ids)),
    closeAll: (subject, range) => run((transaction) => closeAllSessions(transaction, subject, range)),
  }
}

function assertLimit(limit: OpenLimit | undefined): void {
  const maxOpen = limit?.maxOpen ?? Infinity
  if (maxOpen !== Infinity && !(Number.isSafeInteger(maxOpen) && maxOpen >= 0))
    throw new RangeError('maxOpen must be a whole number, from 0.')
}
