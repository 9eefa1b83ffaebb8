import { decodeSettings, type SharedSettings } from '@revoked/core'
import { type PostgresClient, portOf } from '../clients/detect-client.ts'
import { readSchema } from '../schema/schema-name.ts'
import type { DiagnosePostgresOptions } from './diagnose-postgres.ts'

/**
 * What the services over a store have agreed on, and the options that all of them have.
 *
 * @example
 * ```ts
 * import type { PostgresSettings } from '@revoked/store-postgres/diagnose'
 *
 * const optionsOf = ({ hashIds }: PostgresSettings) => ({ hashIds })
 * ```
 */
export interface PostgresSettings extends SharedSettings {
  /** The `hashIds` of the store. */
  readonly hashIds: boolean
  /** The `hashSubjects` of the list of sessions. `undefined`: nothing has used it yet. */
  readonly hashSubjects: boolean | undefined
}

/**
 * Returns what the services over a store have agreed on, without a change to the tables: for tools
 * that are given an address only. It returns `undefined` if no service has agreed on anything yet.
 *
 * @example
 * ```ts
 * import pg from 'pg'
 * import { postgresStore } from '@revoked/store-postgres'
 * import { readPostgresSettings } from '@revoked/store-postgres/diagnose'
 *
 * async function openAsServicesDo(pool: pg.Pool) {
 *   const settings = await readPostgresSettings(pool)
 *   if (settings === undefined) throw new Error('No service has used this store yet.')
 *   return postgresStore(pool, { hashIds: settings.hashIds })
 * }
 * ```
 *
 * @throws TypeError (rejects) for a wrong argument, CorruptMarkError for settings that this version
 *   cannot read, and PostgresError if the server refused, such as for tables that are missing.
 */
export async function readPostgresSettings(
  client: PostgresClient,
  options: Pick<DiagnosePostgresOptions, 'schema'> = {},
): Promise<PostgresSettings | undefined> {
  const port = portOf(client, 'readPostgresSettings')
  const schema = readSchema(options.schema)
  const text = await port.run(`SELECT json_object_agg(name, value)::text AS result FROM ${schema}.settings`, [])
  const kept = JSON.parse(text ?? '{}') as Readonly<Record<string, string | undefined>>
  const { agreed, hashIds, hashSubjects } = kept
  if (agreed === undefined) return undefined
  return {
    ...decodeSettings(agreed),
    hashIds: hashIds === 'true',
    hashSubjects: hashSubjects === undefined ? undefined : hashSubjects === 'true',
  }
}
