import { createRequire } from 'node:module'
import { betterSqlite3 } from './better-sqlite3.ts'

/** A class of SQLite databases, as both drivers have it. */
export type SqliteClass = new (
  path: string,
  options?: Readonly<Record<string, unknown>>,
) => {
  exec(sql: string): unknown
  close(): unknown
  prepare(sql: string): {
    run(...values: (string | number | null)[]): unknown
    get(...values: (string | number | null)[]): unknown
    all(...values: (string | number | null)[]): unknown[]
  }
}

/** A driver that this version of Node can load. */
export interface SqliteDriver {
  readonly name: 'node:sqlite' | 'better-sqlite3'
  readonly Database: SqliteClass
}

/**
 * Returns whether a run of the tests needs better-sqlite3: always if this version of Node has no
 * `node:sqlite` (22.13), and in the matrix besides.
 */
export function needsBetterSqlite3(run: string = currentRun()): boolean {
  return builtInClass() === undefined || run === 'matrix' || run === 'all'
}

/**
 * Returns the drivers that the tests run over: `node:sqlite` if this version of Node has it
 * (22.13), and better-sqlite3 if it does not. In the matrix better-sqlite3 is used beside it, if it
 * can be installed.
 *
 * @throws Error if there is none, with the reason.
 */
export async function sqliteDrivers(run: string = currentRun()): Promise<readonly SqliteDriver[]> {
  const Database = builtInClass()
  const builtIn = Database === undefined ? [] : [{ name: 'node:sqlite', Database } as const]
  if (!needsBetterSqlite3(run)) return builtIn
  try {
    const require = createRequire(`${await betterSqlite3()}/`)
    const Database = require('better-sqlite3') as SqliteClass
    // It loads its binary, which is for one version of Node, with the first database.
    new Database(':memory:').close()
    return [...builtIn, { name: 'better-sqlite3', Database }]
  } catch (cause) {
    if (builtIn.length > 0) return builtIn
    throw new Error('Neither driver of SQLite can be loaded: better-sqlite3 could not be installed.', { cause })
  }
}

function currentRun(): string {
  return process.env['REVOKED_TESTS'] ?? 'main'
}

function builtInClass(): SqliteClass | undefined {
  const { DatabaseSync } = Object(process.getBuiltinModule('node:sqlite')) as { readonly DatabaseSync?: SqliteClass }
  return DatabaseSync
}
