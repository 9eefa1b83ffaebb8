import { readdir, readFile } from 'node:fs/promises'
import { assertKnownOptions, type OptionNames } from '@revoked/core'
import { type PostgresClient, portOf } from '../clients/detect-client.ts'
import { defaultSchema, readSchema } from './schema-name.ts'

/**
 * Options for `migrate`.
 *
 * @example
 * ```ts
 * import { type MigrateOptions, migrate, type PostgresClient } from '@revoked/store-postgres'
 *
 * const options: MigrateOptions = { schema: 'auth' }
 * const prepare = (client: PostgresClient) => migrate(client, options)
 * ```
 */
export interface MigrateOptions {
  /** The schema of the tables, which is created. Default `'revoked'`. */
  readonly schema?: string
}

const optionNames: OptionNames<MigrateOptions> = { schema: true }

const folder = new URL('../../migrations/', import.meta.url)

/**
 * Creates the tables and functions that are missing, in one transaction. It may be called at every
 * start, and by several processes at once. The statements are those of the folder `migrations` of
 * the package: run these with your own tool instead, if you have one.
 *
 * @example
 * ```ts
 * import pg from 'pg'
 * import { migrate } from '@revoked/store-postgres'
 *
 * const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] })
 * await migrate(pool)
 * ```
 *
 * @throws TypeError (rejects) for a wrong argument, and PostgresError if the server refused.
 */
export async function migrate(client: PostgresClient, options: MigrateOptions = {}): Promise<void> {
  const port = portOf(client, 'migrate')
  assertKnownOptions(options, optionNames)
  const schema = readSchema(options.schema)
  const sql = await readMigrations(schema)
  await port.script(
    `DO $migrate$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('${schema}.migrate', 0));\n${sql}\nEND $migrate$`,
  )
}

/** Returns the statements of all migrations, in order, for a schema. */
async function readMigrations(schema: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))
  return texts
    .join('\n')
    .replaceAll(`${defaultSchema}.`, `${schema}.`)
    .replaceAll(`SCHEMA IF NOT EXISTS ${defaultSchema}`, `SCHEMA IF NOT EXISTS ${schema}`)
}
