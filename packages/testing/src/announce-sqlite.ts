import { sqliteDrivers } from './sqlite-drivers.ts'

/**
 * Installs better-sqlite3 before the tests if it is needed and missing, so that no two of them
 * build it at a time, and prints the drivers. Vitest calls it as a global setup.
 */
export async function setup(): Promise<void> {
  if (process.env['REVOKED_SQLITE_DRIVERS'] !== undefined) return
  try {
    const names = (await sqliteDrivers()).map(({ name }) => name).join(', ')
    process.env['REVOKED_SQLITE_DRIVERS'] = names
    process.stdout.write(`SQLite: ${names}\n`)
  } catch (error) {
    // Suites that need a driver fail with the reason. Others run without one.
    process.stdout.write(`SQLite: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
