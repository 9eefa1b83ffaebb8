/**
 * The kind of a finding of {@link diagnoseSqlite}. The codes are stable, so alerts can use them.
 *
 * @example
 * ```ts
 * import { diagnoseSqlite, type SqliteFindingCode } from '@revoked/store-sqlite/diagnose'
 *
 * // Known and accepted here: the disk is watched elsewhere.
 * const accepted: ReadonlySet<SqliteFindingCode> = new Set<SqliteFindingCode>(['little-space'])
 * const toReport = (path: string) => diagnoseSqlite(path).filter(({ code }) => !accepted.has(code))
 * ```
 */
export type SqliteFindingCode =
  // The file
  | 'missing-file'
  | 'not-a-database'
  | 'network-filesystem'
  | 'read-only'
  | 'little-space'
  // The database
  | 'locked'
  | 'damaged'
  | 'no-wal'
  | 'large-wal'
  | 'missing-tables'
  | 'other-version'

/**
 * A finding of {@link diagnoseSqlite}. It can be logged: it contains no path and no values of rows.
 *
 * @example
 * ```ts
 * import type { SqliteFinding } from '@revoked/store-sqlite/diagnose'
 *
 * const line = ({ level, code, message, remedy }: SqliteFinding): string => `${level} ${code}: ${message} ${remedy}`
 * const isFatal = (findings: readonly SqliteFinding[]): boolean => findings.some(({ level }) => level === 'error')
 * ```
 */
export interface SqliteFinding {
  /**
   * `error`: revocations are or will be lost, or requests fail. `warning`: this happens if
   * something else fails too.
   */
  readonly level: 'error' | 'warning' | 'info'
  readonly code: SqliteFindingCode
  /** The problem, in one sentence. */
  readonly message: string
  /** The change that removes the problem. */
  readonly remedy: string
}

/** Every finding, by its code. */
export const findings: Readonly<Record<SqliteFindingCode, Omit<SqliteFinding, 'code'>>> = {
  'missing-file': {
    level: 'error',
    message: 'There is no file at this path.',
    remedy: 'Give the path that the application gives to sqliteStore. The application creates the file.',
  },
  'not-a-database': {
    level: 'error',
    message: 'The file cannot be opened as a database of SQLite.',
    remedy: 'Give the path of the database, and let the user of this process read and write it and its folder.',
  },
  'network-filesystem': {
    level: 'error',
    message: 'The database may be on a network filesystem, where locks and the shared memory of SQLite do not work.',
    remedy: 'Put it on a local disk, or use a store on a server.',
  },
  'read-only': {
    level: 'error',
    message: 'This user may not write the file or its folder, so nothing can be revoked.',
    remedy: 'Give the user of the process the right to write the file and the folder that it is in.',
  },
  'little-space': {
    level: 'warning',
    message: 'Less than 100 MB are free on the disk of the database. When it is full, nothing can be revoked.',
    remedy: 'Free space, or move the database to another disk.',
  },
  locked: {
    level: 'warning',
    message: 'Another process has held the lock of the database for over a second.',
    remedy: 'End transactions of the application sooner: revocations wait for them, and then fail.',
  },
  damaged: {
    level: 'error',
    message: 'The check of SQLite (PRAGMA quick_check) finds damage in the file.',
    remedy:
      'Stop the application, and restore a backup, or rescue what is readable by `.recover` of the sqlite3 shell.',
  },
  'no-wal': {
    level: 'warning',
    message: 'The database is not in WAL mode, so that checks and revocations wait for each other.',
    remedy: 'Leave journal_mode alone in the application: the store sets it to WAL when it starts.',
  },
  'large-wal': {
    level: 'warning',
    message: 'The WAL has more than 256 MB: a transaction that stays open keeps it from being reset.',
    remedy: 'Close statements and transactions that read, and connections that are not used any more.',
  },
  'missing-tables': {
    level: 'warning',
    message: 'The database has no tables of this library: no store has been opened over it yet.',
    remedy: 'Give the path that the application gives to sqliteStore, if it has run before.',
  },
  'other-version': {
    level: 'error',
    message: 'The tables were written by another version of @revoked/store-sqlite, which this one cannot read.',
    remedy: 'Give all processes the same version.',
  },
}
