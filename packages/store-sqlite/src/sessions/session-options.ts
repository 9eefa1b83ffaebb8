import { assertKnownOptions, type Duration, durationToMs, type OptionNames } from '@revoked/core'
import { assertSynchronous } from '../store-options.ts'

/**
 * Options for `sqliteSessions`.
 *
 * @example
 * ```ts
 * import { sqliteSessions, type SqliteSessionsOptions } from '@revoked/store-sqlite'
 *
 * const options: SqliteSessionsOptions = { synchronous: 'normal' }
 * const sessionsIn = (path: string) => sqliteSessions(path, options)
 * ```
 */
export interface SqliteSessionsOptions {
  /**
   * `'full'`: a session that was closed is closed on the disk before `close` resolves. `'normal'`:
   * if the machine loses power, the last changes may be lost, and what was closed is open again.
   * Its tokens stay revoked if the revocations are stored with `'full'`. Default `'full'`.
   */
  readonly synchronous?: 'full' | 'normal'
  /** How long a write waits while another connection writes. Default `'5s'`. */
  readonly busyTimeout?: Duration
  /**
   * Stores the SHA-256 of every subject in place of the subject. All processes must have the same.
   * Default `false`.
   */
  readonly hashSubjects?: boolean
  /** The clock, in ms since the epoch. Give `createSessions` the same. Default `Date.now`. */
  readonly now?: () => number
}

const optionNames: OptionNames<SqliteSessionsOptions> = {
  synchronous: true,
  busyTimeout: true,
  hashSubjects: true,
  now: true,
}

/** The options with their defaults. */
export interface SessionSettings {
  readonly synchronous: 'full' | 'normal'
  readonly busyTimeoutMs: number
  readonly hashSubjects: boolean
  readonly now: () => number
}

/** @throws TypeError or RangeError for wrong options. */
export function readSessionsOptions(options: SqliteSessionsOptions): SessionSettings {
  assertKnownOptions(options, optionNames)
  const { synchronous = 'full', busyTimeout = '5s', hashSubjects = false, now = Date.now } = options
  assertSynchronous(synchronous)
  if (typeof hashSubjects !== 'boolean') throw new TypeError('hashSubjects must be true or false.')
  if (typeof now !== 'function') throw new TypeError('now must be a function.')
  return { synchronous, busyTimeoutMs: durationToMs(busyTimeout, 'busyTimeout'), hashSubjects, now }
}
