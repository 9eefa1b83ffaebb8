import { realpathSync } from 'node:fs'
import type { Key, StoreInTransaction } from '@revoked/core'
import { type MarkStatements, prepareMarkStatements } from '../connection/mark-statements.ts'
import type { DatabaseSource } from '../connection/open-file.ts'
import { fileOf, isDatabase, isInTransaction, type SqliteDatabase } from '../connection/sqlite-database.ts'
import type { LogWatcher } from '../log/log-watcher.ts'
import { mergeAndKeep } from '../marks/agree.ts'
import { forgetKeys, type MarkTransaction, recordMarks } from '../marks/change-marks.ts'
import { findMarks } from '../marks/find-marks.ts'
import { notedItems } from '../marks/stored-key.ts'
import { openMarkTransaction, type TransactionSettings } from './mark-transaction.ts'

/** Options for {@link createWithin}. */
export interface WithinOptions {
  readonly source: DatabaseSource
  readonly settings: TransactionSettings
  readonly nameOf: (key: Key) => Key
  readonly watcher: LogWatcher
}

/**
 * Returns the `within` of a store: its calls are statements of the transaction that is open on a
 * database of the application. Each call moves the end of the log on, which is in the transaction
 * too. SQLite has one writer at a time, so nobody else moves it meanwhile.
 */
export function createWithin(options: WithinOptions): (database: SqliteDatabase) => StoreInTransaction {
  const { source, settings, nameOf, watcher } = options
  const prepared = new WeakMap<SqliteDatabase, MarkStatements>()

  function statementsOf(database: SqliteDatabase): MarkStatements {
    const statements = prepared.get(database) ?? prepareMarkStatements(database)
    prepared.set(database, statements)
    return statements
  }

  function change<Result>(database: SqliteDatabase, operation: (transaction: MarkTransaction) => Result): Result {
    assertOpen(database)
    const transaction = openMarkTransaction(statementsOf(database), settings)
    const result = operation(transaction)
    transaction.tail.end()
    return result
  }

  return (database) => {
    assertTransaction(database, source)
    return {
      record: async (marks, note) => {
        const items = notedItems(marks, note, nameOf)
        return change(database, (transaction) => recordMarks(transaction, items, note))
      },
      find: (keys) => {
        assertOpen(database)
        return findMarks(statementsOf(database), { keys, named: keys.map(nameOf), at: settings.now() })
      },
      forget: async (keys, note) => {
        const items = notedItems(
          keys.map((key) => ({ key })),
          note,
          nameOf,
        )
        change(database, (transaction) => forgetKeys(transaction, items, note))
      },
      agree: async (shared) => {
        assertOpen(database)
        return mergeAndKeep(statementsOf(database), shared, settings.now())
      },
      committed: async () => watcher.look(),
    }
  }
}

/** @throws TypeError if it is no database of the file, or has no open transaction. */
export function assertTransaction(database: unknown, { file }: DatabaseSource): void {
  if (!isDatabase(database) || realpathSync(file) !== pathOf(database)) {
    throw new TypeError(
      'within takes a database of node:sqlite or better-sqlite3 with an open transaction, of the same file as the store.',
    )
  }
  assertOpen(database)
}

function pathOf(database: SqliteDatabase): string {
  const file = fileOf(database)
  return file === '' ? file : realpathSync(file)
}

/**
 * Without a transaction, each statement would be committed by itself.
 *
 * @throws TypeError if no transaction is open.
 */
export function assertOpen(database: SqliteDatabase): void {
  if (!isInTransaction(database)) {
    throw new TypeError('No transaction is open on the database: begin one, with BEGIN IMMEDIATE, before within.')
  }
}
