import { sqliteSessions, sqliteStore } from '@revoked/store-sqlite'
import { type SqliteDriver, sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { SetupError } from './setup-error.ts'
import type { OpenStore } from './store.ts'

/**
 * Opens the revocations and the sessions in a file, which may be new.
 *
 * @throws SetupError if no driver of SQLite can be loaded.
 */
export async function openSqlite(path: string): Promise<OpenStore> {
  const { Database } = await firstDriver()
  const database = new Database(path)
  const store = sqliteStore(database, { auditFor: '30d' })
  const sessionStore = sqliteSessions(database)
  // The stores have connections of their own.
  database.close()
  const close = async (): Promise<void> => {
    store.close()
    sessionStore.disconnect()
  }
  return { store, sessionStore, close }
}

/** `node:sqlite` from Node 22.13 on, and before that better-sqlite3, which is installed apart. */
async function firstDriver(): Promise<SqliteDriver> {
  const [driver] = await sqliteDrivers('main').catch((cause: unknown) => {
    throw new SetupError('This store needs Node 22.13 or later, or better-sqlite3, which could not be installed.', {
      cause,
    })
  })
  if (driver === undefined) throw new SetupError('There is no driver of SQLite.')
  return driver
}
