import { betterSqlite3 } from './better-sqlite3.ts'
import { needsBetterSqlite3 } from './sqlite-drivers.ts'

/**
 * Begins to install better-sqlite3 if it is needed and missing, and prints that. Building it takes
 * a minute of a processor, so the tests begin meanwhile, and those that need it wait for it. Vitest
 * calls it as a global setup, and what it returns at the end.
 */
export function setup(): (() => Promise<unknown>) | undefined {
  if (process.env['REVOKED_SQLITE_ANNOUNCED'] !== undefined) return undefined
  process.env['REVOKED_SQLITE_ANNOUNCED'] = 'yes'
  if (!needsBetterSqlite3()) {
    process.stdout.write('SQLite: node:sqlite\n')
    return undefined
  }
  process.stdout.write('SQLite: better-sqlite3, which is built first if it is missing\n')
  // Suites that need it fail with the reason. Others run without it.
  const installed = betterSqlite3().catch(() => undefined)
  return () => installed
}
