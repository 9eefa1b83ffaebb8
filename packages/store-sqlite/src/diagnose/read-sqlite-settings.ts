import { existsSync } from 'node:fs'
import { decodeSettings, type SharedSettings } from '@revoked/core'
import { openFile, sourceOf } from '../connection/open-file.ts'
import type { SqliteDatabase } from '../connection/sqlite-database.ts'
import { readState } from './read-state.ts'

/**
 * What the services over a store have agreed on, and the options that all of them have.
 *
 * @example
 * ```ts
 * import type { SqliteSettings } from '@revoked/store-sqlite/diagnose'
 *
 * const optionsOf = ({ hashIds }: SqliteSettings) => ({ hashIds })
 * ```
 */
export interface SqliteSettings extends SharedSettings {
  /** The `hashIds` of the store. */
  readonly hashIds: boolean
  /** The `hashSubjects` of the list of sessions. `undefined`: nothing has used it yet. */
  readonly hashSubjects: boolean | undefined
}

/**
 * Returns what the services over a file have agreed on, without a change to it: for tools that are
 * given a path only. It returns `undefined` if there is no file, or if no service has agreed on
 * anything yet.
 *
 * @example
 * ```ts
 * import { sqliteStore } from '@revoked/store-sqlite'
 * import { readSqliteSettings } from '@revoked/store-sqlite/diagnose'
 *
 * function openAsServicesDo(path: string) {
 *   const settings = readSqliteSettings(path)
 *   if (settings === undefined) throw new Error('No service has used this file yet.')
 *   return sqliteStore(path, { hashIds: settings.hashIds })
 * }
 * ```
 *
 * @param database - What `sqliteStore` takes: a path, or an open database.
 * @throws TypeError for a value that is neither, CorruptMarkError for settings that this version
 *   cannot read, and every failure of SQLite.
 */
export function readSqliteSettings(database: SqliteDatabase | string): SqliteSettings | undefined {
  const source = sourceOf(database, 'readSqliteSettings')
  if (!existsSync(source.file)) return undefined
  const opened = openFile(source)
  try {
    opened.exec('PRAGMA busy_timeout = 1000')
    const state = readState(opened)
    const settings = state.get('settings')
    if (settings === undefined) return undefined
    const hashSubjects = state.get('hashSubjects')
    return {
      ...decodeSettings(settings),
      hashIds: state.get('hashIds') === 'true',
      hashSubjects: hashSubjects === undefined ? undefined : hashSubjects === 'true',
    }
  } finally {
    opened.close()
  }
}
