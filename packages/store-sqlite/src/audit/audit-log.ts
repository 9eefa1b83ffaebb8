import { type AuditEntry, type AuditLog, type AuditPage, type AuditQuery, decodeMark, type Key } from '@revoked/core'
import type { MarkStatements, Row } from '../connection/mark-statements.ts'
import type { SqliteStatement, SqliteValue } from '../connection/sqlite-database.ts'
import { fromStored, toStored } from '../connection/text.ts'

/** Options for {@link createAuditLog}. */
export interface AuditLogOptions {
  readonly statements: () => MarkStatements
  /** How long an entry is kept after its `at`, in ms. */
  readonly keepMs: number
  readonly now: () => number
  /** Returns the key as it is stored. */
  readonly nameOf: (key: Key) => Key
}

/** Returns the audit trail of a store, as it is read. */
export function createAuditLog({ statements, keepMs, now, nameOf }: AuditLogOptions): AuditLog {
  const prepared = new WeakMap<MarkStatements, Map<string, SqliteStatement>>()

  /** Statements differ by the fields of the query, so that each can use an index. */
  function statementFor(current: MarkStatements, sql: string): SqliteStatement {
    const known = prepared.get(current) ?? new Map<string, SqliteStatement>()
    prepared.set(current, known)
    const statement = known.get(sql) ?? current.database.prepare(sql)
    known.set(sql, statement)
    return statement
  }

  return {
    read: async (query) => {
      const { sql, values } = selectFor(query, { oldest: now() - keepMs, nameOf })
      const rows = statementFor(statements(), sql).all(...values, query.limit + 1) as readonly Row<AuditColumn>[]
      return pageOf(rows, query.limit)
    },
  }
}

type AuditColumn =
  | 'id'
  | 'at'
  | 'action'
  | 'scope'
  | 'value'
  | 'subject_scope'
  | 'subject_value'
  | 'mark'
  | 'actor'
  | 'reason'

function selectFor(
  { subject, from, until, after }: AuditQuery,
  { oldest, nameOf }: { readonly oldest: number; readonly nameOf: (key: Key) => Key },
): { readonly sql: string; readonly values: readonly SqliteValue[] } {
  const conditions = ['at > ?']
  const values: SqliteValue[] = [oldest]
  if (subject !== undefined) {
    const { scope, value } = nameOf(subject)
    conditions.push('subject_scope = ?', 'subject_value = ?')
    values.push(toStored(scope), toStored(value))
  }
  if (from !== undefined) {
    conditions.push('at >= ?')
    values.push(from)
  }
  if (until !== undefined) {
    conditions.push('at < ?')
    values.push(until)
  }
  if (after !== undefined) {
    conditions.push('(at, id) < (?, ?)')
    values.push(...readCursor(after))
  }
  const where = conditions.join(' AND ')
  return { sql: `SELECT * FROM revoked_audit WHERE ${where} ORDER BY at DESC, id DESC LIMIT ?`, values }
}

function pageOf(rows: readonly Row<AuditColumn>[], limit: number): AuditPage {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    entries: page.map(entryOf),
    next: last === undefined || rows.length <= limit ? undefined : `${Number(last.at)}:${Number(last.id)}`,
  }
}

function entryOf(row: Row<AuditColumn>): AuditEntry {
  return {
    at: Number(row.at),
    action: row.action === 'reinstate' ? 'reinstate' : 'revoke',
    key: { scope: fromStored(row.scope), value: fromStored(row.value) },
    subject:
      row.subject_scope === null
        ? undefined
        : { scope: fromStored(row.subject_scope), value: fromStored(row.subject_value) },
    mark: row.mark === null ? undefined : decodeMark(String(row.mark)),
    actor: row.actor === null ? undefined : String(row.actor),
    reason: row.reason === null ? undefined : String(row.reason),
  }
}

/** @throws RangeError if it is not the `next` of a page. */
function readCursor(cursor: string): readonly [at: number, id: number] {
  const [, at, id] = /^(-?[\d.]+(?:e[+-]?\d+)?):(\d+)$/.exec(cursor) ?? []
  if (at === undefined || id === undefined || !Number.isFinite(Number(at)))
    throw new RangeError('after must be the next of a page.')
  return [Number(at), Number(id)]
}
