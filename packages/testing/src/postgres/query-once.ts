import pg from 'pg'
import { databaseUser } from './data-folder.ts'

/** A row of a result, as `pg` parses it: a `bigint` is a string, a `timestamptz` a `Date`. */
export type PostgresRow = Readonly<Record<string, unknown>>

interface Query {
  readonly values?: readonly unknown[] | undefined
  readonly database?: string
}

/** Runs a statement over a new connection to a port of this machine. */
export async function queryOnce(
  port: number,
  sql: string,
  { values = [], database = 'postgres' }: Query = {},
): Promise<readonly PostgresRow[]> {
  // What is missing here, or empty, is read from variables of the environment.
  const account = { user: databaseUser, database, ssl: false }
  // A pooler refuses options.
  const options = process.env['PGOPTIONS'] ? { options: ' ' } : {}
  const client = new pg.Client({ host: '127.0.0.1', port, ...account, ...options })
  // The end of the server is an event, too. The query rejects with it.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<PostgresRow>(sql, [...values])
    return rows
  } finally {
    await client.end()
  }
}
