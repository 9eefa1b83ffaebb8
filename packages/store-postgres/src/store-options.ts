import { assertKnownOptions, type Duration, durationToMs, type OptionNames } from '@revoked/core'
import { readSchema } from './schema/schema-name.ts'

/**
 * Options for `postgresStore`.
 *
 * @example
 * ```ts
 * import { type PostgresClient, type PostgresStoreOptions, postgresStore } from '@revoked/store-postgres'
 *
 * const options: PostgresStoreOptions = { hashIds: true, auditFor: '90d' }
 * const storeOver = (client: PostgresClient) => postgresStore(client, options)
 * ```
 */
export interface PostgresStoreOptions {
  /** The schema of the tables. Default `'revoked'`. */
  readonly schema?: string
  /** The number of entries that the change log keeps at least. Default 10,000. */
  readonly logLength?: number
  /**
   * Stores the SHA-256 of every id in place of the id. All processes must have the same. Default
   * `false`.
   */
  readonly hashIds?: boolean
  /** Keeps an audit trail, each entry for this long. Default: none is kept. */
  readonly auditFor?: Duration
}

const optionNames: OptionNames<PostgresStoreOptions> = { schema: true, logLength: true, hashIds: true, auditFor: true }

/** The options with their defaults. */
export interface StoreSettings {
  readonly schema: string
  readonly logLength: number
  readonly hashIds: boolean
  /** `undefined`: no trail is kept. */
  readonly auditForMs: number | undefined
}

/** @throws TypeError or RangeError for wrong options. */
export function readStoreOptions(options: PostgresStoreOptions): StoreSettings {
  assertKnownOptions(options, optionNames)
  const { schema, logLength = 10_000, hashIds = false, auditFor } = options
  if (!Number.isSafeInteger(logLength) || logLength < 1)
    throw new RangeError('logLength must be a whole number, at least 1.')
  if (typeof hashIds !== 'boolean') throw new TypeError('hashIds must be true or false.')
  return {
    schema: readSchema(schema),
    logLength,
    hashIds,
    auditForMs: auditFor === undefined ? undefined : durationToMs(auditFor, 'auditFor'),
  }
}
