import { resolve } from 'node:path'
import { fileOf, isDatabase, type SqliteDatabase } from './sqlite-database.ts'

/** Where a database is, and the class of the driver that opens it. */
export interface DatabaseSource {
  /** The absolute path of the file. */
  readonly file: string
  readonly Driver: DatabaseClass
}

/** A class of databases, of either driver. */
type DatabaseClass = new (path: string) => SqliteDatabase

/**
 * Returns the source that a path or a database names.
 *
 * @throws TypeError if it is neither, is in memory, or is a path without `node:sqlite`.
 */
export function sourceOf(given: SqliteDatabase | string, factory: string): DatabaseSource {
  if (typeof given === 'string') {
    if (given === '' || given === ':memory:' || given.startsWith('file:')) throw notAFile(factory)
    return { file: resolve(given), Driver: nodeSqlite(factory) }
  }
  if (!isDatabase(given)) {
    throw new TypeError(
      `${factory} takes a path, or a database of node:sqlite or better-sqlite3: ${factory}(new Database('app.db')).`,
    )
  }
  const file = fileOf(given)
  if (file === '') throw notAFile(factory)
  return { file, Driver: given.constructor as DatabaseClass }
}

/** Opens a connection of our own: on that of the application, a transaction may be open. */
export function openFile({ file, Driver }: DatabaseSource): SqliteDatabase {
  return new Driver(file)
}

function notAFile(factory: string): TypeError {
  return new TypeError(
    `${factory} needs a file: a database in memory forgets everything at a restart. For one process that may, use @revoked/store-memory.`,
  )
}

/** Node 20 has no `node:sqlite`, so it cannot be imported. */
function nodeSqlite(factory: string): DatabaseClass {
  const module: unknown = process.getBuiltinModule('node:sqlite')
  const { DatabaseSync } = Object(module) as { readonly DatabaseSync?: DatabaseClass }
  if (typeof DatabaseSync !== 'function') {
    throw new TypeError(
      `A path needs node:sqlite, which this version of Node does not have (22.13 or later). Pass a database of better-sqlite3: ${factory}(new Database('app.db')).`,
    )
  }
  return DatabaseSync
}
