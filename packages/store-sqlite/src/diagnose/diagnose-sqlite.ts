import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { filesystemOf, judgeFilesystem } from '../connection/filesystem.ts'
import { openFile, sourceOf } from '../connection/open-file.ts'
import { format } from '../connection/schema.ts'
import type { SqliteDatabase } from '../connection/sqlite-database.ts'
import { isBusy } from '../connection/sqlite-error.ts'
import { findings, type SqliteFinding, type SqliteFindingCode } from './finding.ts'
import { readState } from './read-state.ts'

/** Below it, a database that grows is soon full. */
const leastFreeBytes = 100_000_000

/** The store resets the WAL after 250 pages: about a megabyte. */
const mostWalBytes = 256_000_000

/**
 * Finds what would lose revocations or make requests fail: in the file, its filesystem and its
 * tables. Use it in logs at start-up, and in health checks.
 *
 * It reads the whole file, which takes about a second for a million marks, and blocks meanwhile. It
 * changes nothing, and creates no file.
 *
 * @example
 * ```ts
 * import { diagnoseSqlite } from '@revoked/store-sqlite/diagnose'
 *
 * function logDiagnosis(path: string): void {
 *   for (const { level, code, message, remedy } of diagnoseSqlite(path))
 *     console.log(`${level} ${code}: ${message} ${remedy}`)
 * }
 * ```
 *
 * @param database - What `sqliteStore` takes: a path, or an open database.
 * @throws TypeError for a value that is neither. It never throws for the state of a file.
 */
export function diagnoseSqlite(database: SqliteDatabase | string): readonly SqliteFinding[] {
  const source = sourceOf(database, 'diagnoseSqlite')
  if (!existsSync(source.file)) return [finding('missing-file')]
  const onFile = fileFindings(source.file)
  try {
    const opened = openFile(source)
    try {
      opened.exec('PRAGMA busy_timeout = 1000')
      return [...onFile, ...databaseFindings(opened)]
    } finally {
      opened.close()
    }
  } catch (error) {
    return [...onFile, finding(isBusy(error) ? 'locked' : 'not-a-database')]
  }
}

function fileFindings(file: string): readonly SqliteFinding[] {
  const codes: SqliteFindingCode[] = []
  if (judgeFilesystem(dirname(file), filesystemOf(dirname(file))).kind !== 'local') codes.push('network-filesystem')
  if (!isWritable(file) || !isWritable(dirname(file))) codes.push('read-only')
  const { bavail, bsize } = statfsSync(dirname(file))
  if (bavail * bsize < leastFreeBytes) codes.push('little-space')
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > mostWalBytes) codes.push('large-wal')
  return codes.map(finding)
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    // Whatever the reason is, the store could not write either.
    return false
  }
}

function databaseFindings(database: SqliteDatabase): readonly SqliteFinding[] {
  const codes: SqliteFindingCode[] = []
  const check = database.prepare('PRAGMA quick_check(1)').get() as { readonly quick_check?: unknown } | undefined
  if (check?.quick_check !== 'ok') return [finding('damaged')]
  const mode = database.prepare('PRAGMA journal_mode').get() as { readonly journal_mode?: unknown } | undefined
  const state = readState(database)
  if (state.size === 0) codes.push('missing-tables')
  else if (state.get('format') !== format) codes.push('other-version')
  // A database without tables has not been opened by a store, which sets the mode.
  if (mode?.journal_mode !== 'wal' && state.size > 0) codes.push('no-wal')
  return codes.map(finding)
}

function finding(code: SqliteFindingCode): SqliteFinding {
  return { code, ...findings[code] }
}
