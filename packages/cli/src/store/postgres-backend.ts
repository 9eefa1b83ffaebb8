import { type PostgresClient, postgresSessions, postgresStore } from '@revoked/store-postgres'
import { diagnosePostgres, readPostgresSettings } from '@revoked/store-postgres/diagnose'
import { type Backend, given, type StoreLayout } from './backend.ts'
import { importDriver } from './import-driver.ts'

const connectTimeoutMs = 5_000
const queryTimeoutMs = 30_000

/** A connection that waits for pushes ran LISTEN last. Those of other users are not shown. */
const listeningProcesses = `SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND query LIKE 'LISTEN "%'`

/** A client of either driver, and how it is closed. */
interface OpenClient {
  readonly client: PostgresClient
  /** Returns the first value that a statement selects. */
  readonly select: (statement: string) => Promise<unknown>
  readonly close: () => Promise<unknown>
}

/** Returns the store at an address of PostgreSQL, over pg or postgres.js. */
export async function postgresBackend(url: string, { schema }: StoreLayout): Promise<Backend> {
  const { client, select, close } = await openClient(url)
  const named = given({ schema })
  return {
    kind: 'postgres',
    // The pool connects with the first query, which says why it cannot.
    connect: async () => undefined,
    readSettings: () => readPostgresSettings(client, named),
    diagnose: () => diagnosePostgres(client, named),
    open: ({ hashIds }) => postgresStore(client, { ...named, ...given({ hashIds }) }),
    hasSessions: (kept) => kept?.hashSubjects !== undefined,
    openSessions: ({ hashSubjects }) => postgresSessions(client, { ...named, ...given({ hashSubjects }) }),
    subscribers: async () => Number(await select(listeningProcesses)),
    close: async () => {
      // A connection that hangs is not waited for: the process ends anyway.
      await Promise.race([close(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
    },
  }
}

async function openClient(url: string): Promise<OpenClient> {
  const { name, exports } = await importDriver(['pg', 'postgres'], 'A store in PostgreSQL')
  return name === 'pg' ? openPg(exports, url) : openPostgresJs(exports, url)
}

function openPg(exports: Readonly<Record<string, unknown>>, url: string): OpenClient {
  const { Pool } = exports as unknown as typeof import('pg')
  const pool = new Pool({
    connectionString: url,
    application_name: 'revoked-cli',
    max: 4,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    allowExitOnIdle: true,
  })
  // The calls that fail say why.
  pool.on('error', () => undefined)
  const select = async (statement: string): Promise<unknown> => (await pool.query(statement)).rows[0]?.count
  return { client: pool, select, close: () => pool.end() }
}

/** What is used of postgres.js. */
type PostgresJs = (
  url: string,
  options: object,
) => PostgresClient & { end(options: object): Promise<unknown>; unsafe(text: string): Promise<readonly unknown[]> }

function openPostgresJs(exports: Readonly<Record<string, unknown>>, url: string): OpenClient {
  const postgres = exports['default'] as PostgresJs
  const sql = postgres(url, {
    max: 4,
    connect_timeout: connectTimeoutMs / 1_000,
    onnotice: () => undefined,
    connection: { application_name: 'revoked-cli' },
  })
  return {
    client: sql,
    select: async (text) => Object((await sql.unsafe(text))[0]).count,
    close: () => sql.end({ timeout: 1 }),
  }
}
