import type { OpenTransaction } from '@revoked/conformance'
import type { SqliteDriver } from '@revoked/testing/sqlite-drivers'
import { type AuditedSqliteStore, type SqliteDatabase, type SqliteStoreOptions, sqliteStore } from '../../src/index.ts'
import { temporaryFolder } from './files.ts'

/** An empty store in a new file, and another handle on it, as another process has it. */
export interface OpenedStore {
  readonly store: AuditedSqliteStore
  readonly peer: AuditedSqliteStore
  /** Begins a transaction of the application. */
  readonly begin: () => OpenTransaction
  readonly path: string
  readonly close: () => void
}

/** Begins a transaction of the application. */
export function beginIn(database: SqliteDatabase): OpenTransaction {
  database.exec('BEGIN IMMEDIATE')
  return {
    transaction: database,
    commit: () => void database.exec('COMMIT'),
    rollBack: () => void database.exec('ROLLBACK'),
  }
}

/** Opens two handles over a driver. Each has a connection that is separate from the one given. */
export function openStores({ Database }: SqliteDriver, options: SqliteStoreOptions = {}): OpenedStore {
  const folder = temporaryFolder()
  const database = new Database(folder.path())
  const all = { auditFor: '90d', ...options } as const
  const [store, peer] = [sqliteStore(database, all), sqliteStore(database, all)]
  return {
    store,
    peer,
    path: folder.path(),
    begin: () => beginIn(database),
    close: () => {
      store.close()
      peer.close()
      database.close()
      folder.remove()
    },
  }
}
