/** A value that a statement takes. */
export type SqliteValue = string | number | null

/**
 * A prepared statement of `node:sqlite` or better-sqlite3: what this package uses of it.
 *
 * @example
 * ```ts
 * import type { SqliteStatement } from '@revoked/store-sqlite'
 *
 * const isEmpty = (statement: SqliteStatement): boolean => statement.get() === undefined
 * ```
 */
export interface SqliteStatement {
  run(...values: SqliteValue[]): unknown
  get(...values: SqliteValue[]): unknown
  all(...values: SqliteValue[]): unknown[]
}

/**
 * A database of `node:sqlite` (`DatabaseSync`) or better-sqlite3 (`Database`): what this package
 * uses of it.
 *
 * @example
 * ```ts
 * import { type SqliteDatabase, sqliteStore } from '@revoked/store-sqlite'
 *
 * const storeIn = (database: SqliteDatabase) => sqliteStore(database)
 * ```
 */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): unknown
}

/** Returns whether it has the shape of a database of either driver. */
export function isDatabase(value: unknown): value is SqliteDatabase {
  if (typeof value !== 'object' || value === null) return false
  const { exec, prepare, close } = value as Readonly<Record<string, unknown>>
  return typeof exec === 'function' && typeof prepare === 'function' && typeof close === 'function'
}

/**
 * Returns the path of the file of a database, and `''` if it is in memory. SQLite says it itself,
 * because each driver has another name for it, and old ones have none.
 */
export function fileOf(database: SqliteDatabase): string {
  const rows = database.prepare('PRAGMA database_list').all() as readonly Readonly<Record<string, unknown>>[]
  const file = rows.find(({ name }) => name === 'main')?.['file']
  return typeof file === 'string' ? file : ''
}

/**
 * Returns whether a transaction is open. `node:sqlite` before 22.16 does not say it, so it is
 * tried: a transaction cannot begin within another one.
 */
export function isInTransaction(database: SqliteDatabase): boolean {
  const { inTransaction, isTransaction } = database as Readonly<Record<string, unknown>> & SqliteDatabase
  const known = inTransaction ?? isTransaction
  if (typeof known === 'boolean') return known
  try {
    database.exec('BEGIN')
  } catch (error) {
    if (error instanceof Error && error.message.includes('within a transaction')) return true
    throw error
  }
  database.exec('ROLLBACK')
  return false
}
