import { type BigIntStats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { assertLocal } from './filesystem.ts'
import { type DatabaseSource, openFile } from './open-file.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { isBusy } from './sqlite-error.ts'

/** A connection to the file of a database, and the statements that are prepared on it. */
export interface Connection<Statements> {
  /**
   * Returns the statements. If the path has another file than before, such as a backup that was
   * restored, they are those of that file.
   *
   * @throws Error if the connection is closed, or if the file is gone.
   */
  readonly statements: () => Statements
  /** The same, without a look at the path. */
  readonly unchecked: () => Statements
  readonly close: () => void
}

/** Options for {@link connect}. */
export interface ConnectionOptions<Statements> {
  readonly source: DatabaseSource
  readonly synchronous: 'full' | 'normal'
  /** Creates what is missing, in a transaction that has the lock of writers. */
  readonly migrate: (database: SqliteDatabase) => void
  readonly prepare: (database: SqliteDatabase) => Statements
}

interface Opened<Statements> {
  readonly database: SqliteDatabase
  readonly statements: Statements
  readonly file: BigIntStats
}

/**
 * How long the start waits for the locks of other processes, in ms. Afterwards no statement waits
 * for longer than {@link lockWaitMs}, because the event loop waits with it.
 */
const startWaitMs = 5_000
const lockWaitMs = 5

/** The most pages that a connection keeps in memory, in KiB: the table of a million marks. */
const cacheKib = 131_072

/**
 * The pages of the WAL after which a commit copies them into the database: a quarter of the
 * default, so that it blocks the event loop for a quarter of the time.
 */
const checkpointPages = 250

/** Connects to the file. @throws Error if it cannot be opened, is read-only, or is no database. */
export function connect<Statements>(options: ConnectionOptions<Statements>): Connection<Statements> {
  const { source } = options
  assertLocal(dirname(source.file))
  let opened: Opened<Statements> | undefined = open(options)
  let isClosed = false

  function current(): Opened<Statements> {
    if (isClosed) throw new Error('The store is closed.')
    opened ??= open(options)
    return opened
  }

  function close(): void {
    opened?.database.close()
    opened = undefined
  }

  return {
    unchecked: () => current().statements,
    statements: () => {
      if (isClosed) throw new Error('The store is closed.')
      const now = statSync(source.file, { bigint: true, throwIfNoEntry: false })
      // A new file would be empty, and so would read as "nothing revoked".
      if (now === undefined) throw new Error('The file of the database is gone.')
      if (opened !== undefined && !isSameFile(opened.file, now)) close()
      return current().statements
    },
    close: () => {
      isClosed = true
      close()
    },
  }
}

function open<Statements>({
  source,
  synchronous,
  migrate,
  prepare,
}: ConnectionOptions<Statements>): Opened<Statements> {
  const database = openFile(source)
  try {
    database.exec(
      `PRAGMA busy_timeout = ${startWaitMs}; PRAGMA cache_size = -${cacheKib}; PRAGMA wal_autocheckpoint = ${checkpointPages};`,
    )
    retryWhileBusy(() => useWal(database))
    // SQLite takes the words for integers. better-sqlite3 is built with NORMAL for WAL.
    database.exec(`PRAGMA synchronous = ${synchronous}`)
    retryWhileBusy(() => database.exec('BEGIN IMMEDIATE'))
    try {
      migrate(database)
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
    database.exec(`PRAGMA busy_timeout = ${lockWaitMs}`)
    return { database, statements: prepare(database), file: statSync(source.file, { bigint: true }) }
  } catch (error) {
    database.close()
    throw error
  }
}

/** In WAL, readers and the writer do not wait for each other. */
function useWal(database: SqliteDatabase): void {
  const row = database.prepare('PRAGMA journal_mode = WAL').get() as { readonly journal_mode?: unknown } | undefined
  if (row?.journal_mode !== 'wal')
    throw new Error('The database cannot use WAL: its file is read-only, or its filesystem has no shared memory.')
}

/** SQLite does not wait for every lock that a start needs, such as that of the change to WAL. */
function retryWhileBusy(operation: () => void): void {
  const deadline = Date.now() + startWaitMs
  for (;;) {
    try {
      operation()
      return
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev
}
