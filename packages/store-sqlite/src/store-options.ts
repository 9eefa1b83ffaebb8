import { assertKnownOptions, type Duration, durationToMs, type OptionNames } from '@revoked/core'

/**
 * Options for `sqliteStore`.
 *
 * @example
 * ```ts
 * import { sqliteStore, type SqliteStoreOptions } from '@revoked/store-sqlite'
 *
 * const options: SqliteStoreOptions = { synchronous: 'normal', hashIds: true }
 * const storeIn = (path: string) => sqliteStore(path, options)
 * ```
 */
export interface SqliteStoreOptions {
  /**
   * `'full'`: a revocation is on the disk before `revoke` resolves. `'normal'`: it survives the end
   * of the process, but may be lost if the machine loses power, and the token is accepted again.
   * Default `'full'`.
   */
  readonly synchronous?: 'full' | 'normal'
  /** How long a write waits while another connection writes. Default `'5s'`. */
  readonly busyTimeout?: Duration
  /** The number of entries that the change log keeps at least. Default 10,000. */
  readonly logLength?: number
  /**
   * Stores the SHA-256 of every id in place of the id. All processes must have the same. Default
   * `false`.
   */
  readonly hashIds?: boolean
  /** Keeps an audit trail, each entry for this long. Default: none is kept. */
  readonly auditFor?: Duration
  /** The clock, in ms since the epoch. Give `createRevocation` the same. Default `Date.now`. */
  readonly now?: () => number
}

const optionNames: OptionNames<SqliteStoreOptions> = {
  synchronous: true,
  busyTimeout: true,
  logLength: true,
  hashIds: true,
  auditFor: true,
  now: true,
}

/** The options with their defaults. */
export interface StoreSettings {
  readonly synchronous: 'full' | 'normal'
  readonly busyTimeoutMs: number
  readonly logLength: number
  readonly hashIds: boolean
  /** `undefined`: no trail is kept. */
  readonly auditForMs: number | undefined
  /** `undefined`: `Date.now`. */
  readonly now: (() => number) | undefined
}

/** @throws TypeError or RangeError for wrong options. */
export function readStoreOptions(options: SqliteStoreOptions): StoreSettings {
  assertKnownOptions(options, optionNames)
  const { synchronous = 'full', busyTimeout = '5s', logLength = 10_000, hashIds = false, auditFor, now } = options
  assertSynchronous(synchronous)
  if (!Number.isSafeInteger(logLength) || logLength < 1)
    throw new RangeError('logLength must be a whole number, at least 1.')
  if (typeof hashIds !== 'boolean') throw new TypeError('hashIds must be true or false.')
  if (now !== undefined && typeof now !== 'function') throw new TypeError('now must be a function.')
  return {
    synchronous,
    busyTimeoutMs: durationToMs(busyTimeout, 'busyTimeout'),
    logLength,
    hashIds,
    auditForMs: auditFor === undefined ? undefined : durationToMs(auditFor, 'auditFor'),
    now,
  }
}

/** @throws TypeError unless it is one of the two values. */
export function assertSynchronous(synchronous: unknown): void {
  if (synchronous !== 'full' && synchronous !== 'normal') throw new TypeError("synchronous must be 'full' or 'normal'.")
}
