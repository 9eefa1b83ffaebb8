import type { SqliteDatabase } from '../connection/sqlite-database.ts'

/** Returns what stores keep beside marks, by name. It is empty if no store was there. */
export function readState(database: SqliteDatabase): ReadonlyMap<string, string> {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'revoked_state'").get()
  if (table === undefined) return new Map()
  const rows = database.prepare('SELECT name, text FROM revoked_state').all() as readonly {
    readonly name: unknown
    readonly text: unknown
  }[]
  return new Map(rows.map(({ name, text }) => [String(name), String(text)]))
}
