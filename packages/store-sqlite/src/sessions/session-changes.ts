import {
  type CloseRange,
  closeAllRememberedMs,
  type OpenLimit,
  type OpenResult,
  type SessionUse,
  type StoredSession,
  sessionExpiresAt,
  usedSession,
} from '@revoked/core/sessions'
import type { Row } from '../connection/mark-statements.ts'
import { fromStored, toStored } from '../connection/text.ts'
import type { SessionStatements } from './session-statements.ts'
import { rowOf, sessionIn } from './stored-session.ts'

/** What a change of sessions needs: the statements of an open transaction. */
export interface SessionTransaction {
  readonly statements: SessionStatements
  /** The clock of the store, in ms since the epoch. */
  readonly at: number
  /** Returns the subject as it is stored. */
  readonly nameOf: (subject: string) => string
}

/** Opens a session, as the contract says. */
export function openSession(
  transaction: SessionTransaction,
  session: StoredSession,
  limit: OpenLimit | undefined,
): OpenResult {
  const { statements, at, nameOf } = transaction
  const subject = nameOf(session.subject)
  for (const id of limit?.instead ?? []) statements.drop.run(subject, toStored(id))
  const isOpen = statements.expiryOf.get(subject, at, toStored(session.id)) !== undefined
  const closedUntil = closedUntilOf(transaction, subject)
  if (!isOpen && session.openedAt <= closedUntil) return { opened: false, closedUntil }
  if (isOpen) return { opened: true }
  const maxOpen = limit?.maxOpen ?? Infinity
  const open = maxOpen === Infinity ? 0 : countOf(transaction, subject)
  if (open >= maxOpen) {
    const rows = statements.leastUsed.all(subject, at, open - maxOpen + 1) as readonly Row<'id'>[]
    return { opened: false, leastUsed: rows.map(({ id }) => fromStored(id)) }
  }
  // A session that has expired already would be found by nobody.
  if (sessionExpiresAt(session) > at) statements.put.run(...rowOf(session, subject))
  return { opened: true }
}

/** Notes the use of an open session. Returns it, or `undefined` if it is not open. */
export function touchSession(transaction: SessionTransaction, use: SessionUse): StoredSession | undefined {
  const { statements, at, nameOf } = transaction
  const subject = nameOf(use.subject)
  const row = statements.get.get(subject, at, toStored(use.id))
  if (row === undefined) return undefined
  const used = usedSession(sessionIn(row, use.subject), use)
  statements.put.run(...rowOf(used, subject))
  return used
}

/** Closes sessions, and returns the ids of those that were open. */
export function closeSessions(
  { statements, at, nameOf }: SessionTransaction,
  subject: string,
  ids: readonly string[],
): readonly string[] {
  const named = nameOf(subject)
  return [...new Set(ids)].filter((id) => {
    const isOpen = statements.expiryOf.get(named, at, toStored(id)) !== undefined
    if (isOpen) statements.drop.run(named, toStored(id))
    return isOpen
  })
}

/** Closes the sessions that were opened until an instant, and remembers that. */
export function closeAllSessions(
  transaction: SessionTransaction,
  subject: string,
  { openedUntil, except }: CloseRange,
): readonly string[] {
  const { statements, at, nameOf } = transaction
  const named = nameOf(subject)
  const latest = Math.max(closedUntilOf(transaction, named), openedUntil === Infinity ? at : openedUntil)
  if (latest !== -Infinity) statements.putClosing.run(named, latest, at + closeAllRememberedMs)
  const rows = statements.list.all(named, at)
  const closed = rows
    .map((row) => sessionIn(row, subject))
    .filter((one) => one.openedAt <= openedUntil && one.id !== except)
  for (const { id } of closed) statements.drop.run(named, toStored(id))
  return closed.map(({ id }) => id)
}

function closedUntilOf({ statements, at }: SessionTransaction, storedSubject: string): number {
  const row = statements.closing.get(storedSubject, at) as Row<'opened_until'> | undefined
  return row === undefined ? -Infinity : Number(row.opened_until)
}

function countOf({ statements, at }: SessionTransaction, storedSubject: string): number {
  return Number((statements.count.get(storedSubject, at) as Row<'count'>).count)
}
