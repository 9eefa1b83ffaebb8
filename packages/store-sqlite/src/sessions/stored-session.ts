import { type StoredSession, sessionExpiresAt } from '@revoked/core/sessions'
import type { Row } from '../connection/mark-statements.ts'
import type { SqliteValue } from '../connection/sqlite-database.ts'
import { fromStored, toStored } from '../connection/text.ts'

type SessionColumn = 'id' | 'opened_at' | 'used_at' | 'authenticated_at' | 'idle_ms' | 'ends_at' | 'data'

/** Returns the session of a row. The row may have a digest in place of the subject. */
export function sessionIn(row: unknown, subject: string): StoredSession {
  const columns = row as Row<SessionColumn>
  return {
    id: fromStored(columns.id),
    subject,
    openedAt: Number(columns.opened_at),
    usedAt: Number(columns.used_at),
    authenticatedAt: Number(columns.authenticated_at),
    idleMs: Number(columns.idle_ms),
    endsAt: Number(columns.ends_at),
    data: fromStored(columns.data),
  }
}

/** Returns the values of a row, in the order of the columns. */
export function rowOf(session: StoredSession, storedSubject: string): readonly SqliteValue[] {
  const { id, openedAt, usedAt, authenticatedAt, idleMs, endsAt, data } = session
  return [
    storedSubject,
    toStored(id),
    openedAt,
    usedAt,
    authenticatedAt,
    idleMs,
    endsAt,
    sessionExpiresAt(session),
    toStored(data),
  ]
}
