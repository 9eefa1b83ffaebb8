import type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'

/** The prepared statements of a store, on one connection. */
export interface MarkStatements {
  readonly database: SqliteDatabase
  readonly findMark: SqliteStatement
  /** Returns the statement that finds up to {@link maxKeysAtOnce} keys at once. */
  readonly findMarks: (keys: number) => SqliteStatement
  readonly putMark: SqliteStatement
  readonly dropMark: SqliteStatement
  readonly firstMarks: SqliteStatement
  readonly nextMarks: SqliteStatement
  readonly isExpired: SqliteStatement
  readonly pruneMarks: SqliteStatement
  readonly feed: SqliteStatement
  readonly putFeed: SqliteStatement
  readonly append: SqliteStatement
  readonly readLog: SqliteStatement
  readonly entryAt: SqliteStatement
  readonly trimLog: SqliteStatement
  readonly clearLog: SqliteStatement
  readonly dataVersion: SqliteStatement
  readonly settings: SqliteStatement
  readonly putSettings: SqliteStatement
  readonly enter: SqliteStatement
  readonly isAuditOld: SqliteStatement
  readonly pruneAudit: SqliteStatement
}

/**
 * The number of keys that one statement finds. A statement for all four keys of a check takes 4 µs,
 * and four statements take 10 µs, because each begins and ends a transaction (Node 24.21 and 20.20
 * with better-sqlite3 12.11, AMD EPYC, 2026-11).
 */
export const maxKeysAtOnce = 16

/** Prepares the statements of a store. */
export function prepareMarkStatements(database: SqliteDatabase): MarkStatements {
  const prepare = (sql: string): SqliteStatement => database.prepare(sql)
  const finders: SqliteStatement[] = []
  const findOne = (place: number): string =>
    `SELECT ${place} AS place, expires_at, mark FROM revoked_marks WHERE scope = ? AND value = ?`
  return {
    database,
    findMark: prepare(findOne(0)),
    findMarks: (keys) =>
      (finders[keys] ??= prepare(Array.from({ length: keys }, (_, place) => findOne(place)).join(' UNION ALL '))),
    putMark: prepare(
      'INSERT INTO revoked_marks (scope, value, expires_at, mark) VALUES (?, ?, ?, ?) ON CONFLICT (scope, value) DO UPDATE SET expires_at = excluded.expires_at, mark = excluded.mark',
    ),
    dropMark: prepare('DELETE FROM revoked_marks WHERE scope = ? AND value = ?'),
    firstMarks: prepare('SELECT scope, value, expires_at, mark FROM revoked_marks ORDER BY scope, value LIMIT ?'),
    nextMarks: prepare(
      'SELECT scope, value, expires_at, mark FROM revoked_marks WHERE (scope, value) > (?, ?) ORDER BY scope, value LIMIT ?',
    ),
    isExpired: prepare('SELECT 1 FROM revoked_marks WHERE expires_at <= ? LIMIT 1'),
    pruneMarks: prepare(
      'DELETE FROM revoked_marks WHERE (scope, value) IN (SELECT scope, value FROM revoked_marks WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
    ),
    feed: prepare('SELECT epoch, sequence, tip FROM revoked_feed WHERE id = 1'),
    putFeed: prepare('INSERT OR REPLACE INTO revoked_feed (id, epoch, sequence, tip) VALUES (1, ?, ?, ?)'),
    append: prepare('INSERT INTO revoked_log (sequence, tip, scope, value, mark) VALUES (?, ?, ?, ?, ?)'),
    readLog: prepare(
      'SELECT sequence, tip, scope, value, mark FROM revoked_log WHERE sequence > ? ORDER BY sequence LIMIT ?',
    ),
    entryAt: prepare('SELECT tip FROM revoked_log WHERE sequence = ?'),
    trimLog: prepare(
      'DELETE FROM revoked_log WHERE sequence IN (SELECT sequence FROM revoked_log WHERE sequence < ? ORDER BY sequence LIMIT ?)',
    ),
    clearLog: prepare('DELETE FROM revoked_log'),
    dataVersion: prepare('PRAGMA data_version'),
    settings: prepare("SELECT text FROM revoked_state WHERE name = 'settings'"),
    putSettings: prepare("INSERT OR REPLACE INTO revoked_state (name, text) VALUES ('settings', ?)"),
    enter: prepare(
      'INSERT INTO revoked_audit (at, action, scope, value, subject_scope, subject_value, mark, actor, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    isAuditOld: prepare('SELECT 1 FROM revoked_audit WHERE at <= ? LIMIT 1'),
    pruneAudit: prepare(
      'DELETE FROM revoked_audit WHERE id IN (SELECT id FROM revoked_audit WHERE at <= ? ORDER BY at LIMIT ?)',
    ),
  }
}

/**
 * A row of a result: SQLite returns what was stored, and a column has the type that it was given.
 */
export type Row<Columns extends string> = Readonly<Record<Columns, unknown>>
