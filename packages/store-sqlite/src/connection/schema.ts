import type { SqliteDatabase } from './sqlite-database.ts'

/** The format of the tables. Another one is refused. */
export const format = '1'

const stateTable = `
CREATE TABLE IF NOT EXISTS revoked_state (
  name TEXT NOT NULL PRIMARY KEY,
  text TEXT NOT NULL
) WITHOUT ROWID;
`

/**
 * The tables of a store. A mark is text in the codec of core. Rows without a rowid are found by one
 * search in one tree.
 */
const tables = `
CREATE TABLE IF NOT EXISTS revoked_marks (
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at REAL NOT NULL,
  mark TEXT NOT NULL,
  PRIMARY KEY (scope, value)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS revoked_marks_by_expiry ON revoked_marks (expires_at);
CREATE TABLE IF NOT EXISTS revoked_feed (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  tip TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS revoked_log (
  sequence INTEGER PRIMARY KEY,
  tip TEXT NOT NULL,
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  mark TEXT
);
CREATE TABLE IF NOT EXISTS revoked_audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  action TEXT NOT NULL,
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  subject_scope TEXT,
  subject_value TEXT,
  mark TEXT,
  actor TEXT,
  reason TEXT
);
CREATE INDEX IF NOT EXISTS revoked_audit_by_time ON revoked_audit (at, id);
CREATE INDEX IF NOT EXISTS revoked_audit_by_subject ON revoked_audit (subject_scope, subject_value, at, id);
`

/**
 * Creates the tables of marks that are missing, in the transaction of the caller.
 *
 * @throws Error if the tables are of another version, or of stores with another `hashIds`.
 */
export function createTables(database: SqliteDatabase, hashIds: boolean): void {
  database.exec(tables)
  assertState(database, { hashIds })
}

/**
 * Keeps the format and an option on which all processes must agree.
 *
 * @throws Error if another one is kept.
 */
export function assertState(database: SqliteDatabase, options: Readonly<Record<string, boolean>>): void {
  database.exec(stateTable)
  const insert = database.prepare('INSERT INTO revoked_state (name, text) VALUES (?, ?) ON CONFLICT (name) DO NOTHING')
  const read = database.prepare('SELECT text FROM revoked_state WHERE name = ?')
  const keep = (name: string, text: string): unknown => {
    insert.run(name, text)
    return (read.get(name) as { readonly text?: unknown } | undefined)?.text
  }
  if (keep('format', format) !== format)
    throw new Error('The tables of this library in this database were written by another version of it.')
  for (const [name, value] of Object.entries(options)) {
    if (keep(name, String(value)) === String(value)) continue
    throw new Error(
      `The tables in this database were written with ${name}: ${String(!value)}. All processes need the same option: with another one, nothing of it would be found.`,
    )
  }
}
