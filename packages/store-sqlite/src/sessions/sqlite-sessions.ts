import { createHash } from 'node:crypto'
import type { SessionStore, TransactionalSessionStore } from '@revoked/core/sessions'
import { connect } from '../connection/connection.ts'
import { type DatabaseSource, sourceOf } from '../connection/open-file.ts'
import type { SqliteDatabase } from '../connection/sqlite-database.ts'
import { toStored } from '../connection/text.ts'
import { createGroupWriter, type Joinable } from '../write/group-writer.ts'
import { pruneRows } from '../write/prune-slice.ts'
import { startPruner } from '../write/pruner.ts'
import { assertOpen, assertTransaction } from '../write/within.ts'
import type { SessionTransaction } from './session-changes.ts'
import { readSessionsOptions, type SqliteSessionsOptions } from './session-options.ts'
import { createSessionReads } from './session-reads.ts'
import { createSessionTables, prepareSessionStatements, type SessionStatements } from './session-statements.ts'
import { createSessionWrites } from './session-writes.ts'

/**
 * A store of sessions in a SQLite file, which writes in a transaction of its caller.
 *
 * @example
 * ```ts
 * import type { SqliteSessions } from '@revoked/store-sqlite'
 *
 * const stop = (sessions: SqliteSessions): void => sessions.disconnect()
 * ```
 */
export interface SqliteSessions extends TransactionalSessionStore<SqliteDatabase> {
  /** Closes the connection of the store. Later calls reject, and so do writes that wait. */
  disconnect(): void
}

/**
 * Returns a store of open sessions in a SQLite file, for `createSessions` and for the allowlist of
 * `createRevocation`. `find` returns synchronously. The file may be that of a `sqliteStore`; each
 * has its own connection.
 *
 * @example
 * ```ts
 * import { createSessions } from '@revoked/sessions'
 * import { sqliteSessions } from '@revoked/store-sqlite'
 *
 * const sessionsIn = (path: string) =>
 *   createSessions({ store: sqliteSessions(path), idleTimeout: '30m', absoluteLifetime: '30d' })
 * ```
 *
 * @param database - As that of `sqliteStore`.
 * @throws TypeError or RangeError for a wrong argument, and Error if the file cannot be opened, or
 *   is on a network filesystem.
 */
export function sqliteSessions(database: SqliteDatabase | string, options: SqliteSessionsOptions = {}): SqliteSessions {
  const { synchronous, busyTimeoutMs, hashSubjects, now } = readSessionsOptions(options)
  const source = sourceOf(database, 'sqliteSessions')
  const connection = connect({
    source,
    synchronous,
    migrate: (opened) => createSessionTables(opened, hashSubjects),
    prepare: prepareSessionStatements,
  })
  const nameOf = hashSubjects ? digestOf : toStored
  const writer = createGroupWriter({
    database: () => connection.statements().database,
    open: () => ({ statements: connection.unchecked(), at: now(), nameOf, ...alone }),
    waitMs: busyTimeoutMs,
  })
  const stopPruner = startPruner({
    pruneSlice: () => {
      const current = connection.statements()
      return pruneRows(current.database, [
        { isDue: current.isExpired, prune: current.prune, until: now() },
        { isDue: current.isClosingOld, prune: current.pruneClosings, until: now() },
      ])
    },
  })

  return {
    ...createSessionReads({ statements: connection.statements, nameOf, now }),
    ...createSessionWrites(writer.write),
    within: createSessionsWithin({ source, nameOf, now }),
    disconnect: () => {
      stopPruner()
      writer.close()
      connection.close()
    },
  }
}

/** Sessions have no log whose end a transaction moves on. */
const alone: Joinable = { beginOperation: () => () => {}, end: () => {}, committed: () => {} }

function createSessionsWithin({
  source,
  nameOf,
  now,
}: {
  readonly source: DatabaseSource
  readonly nameOf: (subject: string) => string
  readonly now: () => number
}): (database: SqliteDatabase) => SessionStore {
  const prepared = new WeakMap<SqliteDatabase, SessionStatements>()
  return (database) => {
    assertTransaction(database, source)
    const statements = (): SessionStatements => {
      assertOpen(database)
      const known = prepared.get(database) ?? prepareSessionStatements(database)
      prepared.set(database, known)
      return known
    }
    const run = async <Result>(operation: (transaction: SessionTransaction) => Result): Promise<Result> =>
      operation({ statements: statements(), at: now(), nameOf })
    return { ...createSessionReads({ statements, nameOf, now }), ...createSessionWrites(run) }
  }
}

function digestOf(subject: string): string {
  return `#${createHash('sha256').update(subject).digest('base64url')}`
}
