import type { AuditedStore, RestorableStore, TransactionalStore } from '@revoked/core'
import { createAuditLog } from './audit/audit-log.ts'
import { connect } from './connection/connection.ts'
import { prepareMarkStatements } from './connection/mark-statements.ts'
import { sourceOf } from './connection/open-file.ts'
import { createTables } from './connection/schema.ts'
import type { SqliteDatabase } from './connection/sqlite-database.ts'
import { createLogWatcher } from './log/log-watcher.ts'
import { readLog } from './log/read-log.ts'
import { scanMarks } from './log/scan-marks.ts'
import { createFinder } from './marks/finder.ts'
import { assertStoredName, keyNamer } from './marks/stored-key.ts'
import { readStoreOptions, type SqliteStoreOptions } from './store-options.ts'
import { createGroupWriter } from './write/group-writer.ts'
import { joinable, openMarkTransaction } from './write/mark-transaction.ts'
import { createMarkWrites } from './write/mark-writes.ts'
import { createPruneSlice } from './write/prune-slice.ts'
import { startPruner } from './write/pruner.ts'
import { createWithin } from './write/within.ts'

/**
 * A store in a SQLite file, which can be followed, and which writes in a transaction of its caller.
 *
 * @example
 * ```ts
 * import type { SqliteStore } from '@revoked/store-sqlite'
 *
 * const stop = (store: SqliteStore): void => store.close()
 * ```
 */
export interface SqliteStore extends RestorableStore, TransactionalStore<SqliteDatabase> {
  /** Closes the connection of the store. Later calls reject, and so do writes that wait. */
  close(): void
}

/**
 * A store that keeps an audit trail: one with the option `auditFor`.
 *
 * @example
 * ```ts
 * import type { AuditedSqliteStore } from '@revoked/store-sqlite'
 *
 * const latest = async (store: AuditedSqliteStore) => (await store.audit.read({ limit: 10 })).entries
 * ```
 */
export interface AuditedSqliteStore extends SqliteStore, AuditedStore {}

/**
 * Returns a store of revocations in a SQLite file, for applications on one machine. What was
 * acknowledged survives the end of the process, and several processes may share the file. `find`
 * returns synchronously.
 *
 * It opens one connection of its own to the file, with the driver of the database that it is given,
 * and closes nothing but that one.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { sqliteStore } from '@revoked/store-sqlite'
 *
 * const openRevocation = (path: string) => createRevocation({ store: sqliteStore(path), maxTokenLifetime: '24h' })
 * ```
 *
 * @param database - The path of a file, which `node:sqlite` opens, or an open database of
 *   `node:sqlite` or better-sqlite3.
 * @throws TypeError or RangeError for a wrong argument, and Error if the file cannot be opened, or
 *   is on a network filesystem.
 */
export function sqliteStore(
  database: SqliteDatabase | string,
  options: SqliteStoreOptions & { readonly auditFor: NonNullable<SqliteStoreOptions['auditFor']> },
): AuditedSqliteStore
export function sqliteStore(database: SqliteDatabase | string, options?: SqliteStoreOptions): SqliteStore
export function sqliteStore(database: SqliteDatabase | string, options: SqliteStoreOptions = {}): SqliteStore {
  const { synchronous, busyTimeoutMs, logLength, hashIds, auditForMs, now: clock } = readStoreOptions(options)
  const now = clock ?? Date.now
  const source = sourceOf(database, 'sqliteStore')
  const connection = connect({
    source,
    synchronous,
    migrate: (opened) => createTables(opened, hashIds),
    prepare: prepareMarkStatements,
  })
  const nameOf = keyNamer(hashIds)
  const settings = { logLength, keepsAudit: auditForMs !== undefined, now }
  const watcher = createLogWatcher(connection.statements)
  const writer = createGroupWriter({
    database: () => connection.statements().database,
    open: () => joinable(openMarkTransaction(connection.unchecked(), settings), watcher),
    waitMs: busyTimeoutMs,
  })
  const stopPruner = startPruner({ pruneSlice: createPruneSlice({ connection, now, auditForMs }) })

  const writing = { writer, now, statements: connection.statements }
  const named = createMarkWrites({ ...writing, nameOf: (key) => key })

  const store: SqliteStore = {
    ...createMarkWrites({ ...writing, nameOf }),
    find: createFinder({ connection, nameOf, hashIds, now: clock, waitMs: busyTimeoutMs }),
    logs: 1,
    logOf: () => 0,
    logKey: nameOf,
    read: async (log, after) => {
      assertLog(log)
      const read = readLog(connection.statements(), after)
      if (read !== undefined) return read
      // Every transaction of the writer begins a log that is missing.
      return { reset: true, position: await writer.write(({ tail }) => tail.start) }
    },
    subscribe: (log, listener) => {
      assertLog(log)
      return watcher.subscribe(listener)
    },
    scan: async function* (log) {
      assertLog(log)
      yield* scanMarks(connection.statements, now)
    },
    restore: async (log, marks) => {
      assertLog(log)
      for (const { key } of marks) assertStoredName(key, hashIds)
      return await named.record(marks)
    },
    within: createWithin({ source, settings, nameOf, watcher }),
    close: () => {
      stopPruner()
      watcher.close()
      writer.close()
      connection.close()
    },
  }
  if (auditForMs === undefined) return store
  const audit = createAuditLog({ statements: connection.statements, keepMs: auditForMs, now, nameOf })
  return Object.assign(store, { audit })
}

function assertLog(log: number): void {
  if (log !== 0) throw new RangeError('The SQLite store has one log: 0.')
}
