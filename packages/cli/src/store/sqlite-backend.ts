import { existsSync } from 'node:fs'
import { type SqliteDatabase, type SqliteStore, sqliteSessions, sqliteStore } from '@revoked/store-sqlite'
import { diagnoseSqlite, readSqliteSettings } from '@revoked/store-sqlite/diagnose'
import { CliError, misuse, unavailable } from '../errors.ts'
import { type Backend, type Finding, given } from './backend.ts'
import { importDriver } from './import-driver.ts'

/** Returns the store in a file of SQLite, over `node:sqlite`, or else better-sqlite3. */
export async function sqliteBackend(path: string): Promise<Backend> {
  const Driver = await driverClass()
  const toClose: (() => unknown)[] = []

  /** The stores open connections of their own, by the driver of a database. */
  function database(): SqliteDatabase {
    assertFile(path)
    const opened = guarded(() => new Driver(path))
    toClose.push(() => opened.close())
    return opened
  }

  return {
    kind: 'sqlite',
    connect: async () => assertFile(path),
    readSettings: async () => guarded(() => readSqliteSettings(database())),
    diagnose: async () => {
      // The diagnosis of a path needs `node:sqlite`, and a driver would create the file.
      if (!existsSync(path)) return [missingFile]
      return guarded(() => diagnoseSqlite(database()))
    },
    open: ({ hashIds }, access): SqliteStore => {
      if (access === 'read' && !hasTables(database())) throw misuse(noTables)
      const store = guarded(() => sqliteStore(database(), given({ hashIds })))
      toClose.push(() => store.close())
      return store
    },
    hasSessions: (kept) => kept?.hashSubjects !== undefined,
    openSessions: ({ hashSubjects }) => {
      const sessions = guarded(() => sqliteSessions(database(), given({ hashSubjects })))
      toClose.push(() => sessions.disconnect())
      return sessions
    },
    subscribers: async () => undefined,
    close: async () => {
      for (const close of toClose.reverse()) close()
    },
  }
}

const noTables =
  'The file has no tables of revocations. Give the path that the application gives to sqliteStore, which creates them.'

/** A store would create them, and change how the file is journaled. */
function hasTables(database: SqliteDatabase): boolean {
  const found = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'revoked_state'"
  return guarded(() => database.prepare(found).get()) !== undefined
}

const missingFile: Finding = {
  level: 'error',
  code: 'missing-file',
  message: 'There is no file at this path.',
  remedy: 'Give the path that the application gives to sqliteStore. The application creates the file.',
}

type DatabaseClass = new (path: string) => SqliteDatabase

async function driverClass(): Promise<DatabaseClass> {
  // Node 20 has no `node:sqlite`.
  const { DatabaseSync } = Object(process.getBuiltinModule('node:sqlite')) as { readonly DatabaseSync?: DatabaseClass }
  if (DatabaseSync !== undefined) return DatabaseSync
  const { exports } = await importDriver(['better-sqlite3'], 'A store in SQLite')
  return exports['default'] as DatabaseClass
}

/** A driver would create the file, and an empty one reads as "nothing revoked". */
function assertFile(path: string): void {
  if (!existsSync(path))
    throw unavailable('There is no file at the path of the store. The application creates it when it starts.')
}

/**
 * @throws CliError (unavailable) for what a driver or the file system throws: its messages may
 * quote the path.
 */
function guarded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof CliError || cause instanceof TypeError || cause instanceof RangeError) throw cause
    throw unavailable(
      'SQLite cannot open the file: it is locked, damaged, read-only, no database, or of another version.',
      { cause },
    )
  }
}
