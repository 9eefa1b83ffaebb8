import { assertState } from '../connection/schema.ts'
import type { SqliteDatabase, SqliteStatement } from '../connection/sqlite-database.ts'

const tables = `
CREATE TABLE IF NOT EXISTS revoked_sessions (
  subject TEXT NOT NULL,
  id TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  authenticated_at INTEGER NOT NULL,
  idle_ms INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (subject, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS revoked_sessions_by_expiry ON revoked_sessions (expires_at);
CREATE TABLE IF NOT EXISTS revoked_closings (
  subject TEXT NOT NULL PRIMARY KEY,
  opened_until REAL NOT NULL,
  forget_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS revoked_closings_by_end ON revoked_closings (forget_at);
`

/**
 * Creates the tables of sessions that are missing, in the transaction of the caller.
 *
 * @throws Error if they are of another version, or of stores with another `hashSubjects`.
 */
export function createSessionTables(database: SqliteDatabase, hashSubjects: boolean): void {
  database.exec(tables)
  assertState(database, { hashSubjects })
}

/** The prepared statements of a store of sessions, on one connection. */
export interface SessionStatements {
  readonly database: SqliteDatabase
  readonly expiryOf: SqliteStatement
  readonly get: SqliteStatement
  readonly list: SqliteStatement
  readonly count: SqliteStatement
  readonly leastUsed: SqliteStatement
  readonly put: SqliteStatement
  readonly drop: SqliteStatement
  readonly closing: SqliteStatement
  readonly putClosing: SqliteStatement
  readonly isExpired: SqliteStatement
  readonly prune: SqliteStatement
  readonly isClosingOld: SqliteStatement
  readonly pruneClosings: SqliteStatement
}

/** Prepares the statements of a store of sessions. */
export function prepareSessionStatements(database: SqliteDatabase): SessionStatements {
  const prepare = (sql: string): SqliteStatement => database.prepare(sql)
  const live = 'FROM revoked_sessions WHERE subject = ? AND expires_at > ?'
  return {
    database,
    expiryOf: prepare(`SELECT expires_at ${live} AND id = ?`),
    get: prepare(`SELECT * ${live} AND id = ?`),
    list: prepare(`SELECT * ${live}`),
    count: prepare(`SELECT count(*) AS count ${live}`),
    leastUsed: prepare(`SELECT id ${live} ORDER BY used_at, id LIMIT ?`),
    put: prepare(
      'INSERT OR REPLACE INTO revoked_sessions (subject, id, opened_at, used_at, authenticated_at, idle_ms, ends_at, expires_at, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    drop: prepare('DELETE FROM revoked_sessions WHERE subject = ? AND id = ?'),
    closing: prepare('SELECT opened_until FROM revoked_closings WHERE subject = ? AND forget_at > ?'),
    putClosing: prepare('INSERT OR REPLACE INTO revoked_closings (subject, opened_until, forget_at) VALUES (?, ?, ?)'),
    isExpired: prepare('SELECT 1 FROM revoked_sessions WHERE expires_at <= ? LIMIT 1'),
    prune: prepare(
      'DELETE FROM revoked_sessions WHERE (subject, id) IN (SELECT subject, id FROM revoked_sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
    ),
    isClosingOld: prepare('SELECT 1 FROM revoked_closings WHERE forget_at <= ? LIMIT 1'),
    pruneClosings: prepare(
      'DELETE FROM revoked_closings WHERE subject IN (SELECT subject FROM revoked_closings WHERE forget_at <= ? ORDER BY forget_at LIMIT ?)',
    ),
  }
}
