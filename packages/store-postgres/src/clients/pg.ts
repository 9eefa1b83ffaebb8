import { listenOnClient, listenOnPool } from './pg-listener.ts'
import type { PostgresPort } from './port.ts'
import { toPostgresError } from './postgres-error.ts'
import { prepareIfPossible } from './prepare-if-possible.ts'
import { resultOf } from './result-of.ts'

interface PgQuery {
  readonly text: string
  readonly name?: string
  readonly values?: readonly (string | null)[]
}

/**
 * A `Client` or `PoolClient` of pg: what this package uses of it.
 *
 * @example
 * ```ts
 * import pg from 'pg'
 * import type { PgClient } from '@revoked/store-postgres'
 *
 * const client: PgClient = new pg.Client()
 * ```
 */
export interface PgClient {
  query(query: PgQuery): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>
  connect(): Promise<unknown>
  on(event: 'notification', listener: (message: { readonly channel: string }) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
  removeListener(event: 'notification', listener: (message: { readonly channel: string }) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'end', listener: () => void): unknown
}

/**
 * A `Pool` of pg: what this package uses of it.
 *
 * @example
 * ```ts
 * import pg from 'pg'
 * import type { PgPool } from '@revoked/store-postgres'
 *
 * const pool: PgPool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] })
 * ```
 */
export interface PgPool {
  query(query: PgQuery): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>
  connect(): Promise<unknown>
  readonly totalCount: number
  readonly options: object
}

/** Returns whether it has the shape of a `Pool` of pg. */
export function isPgPool(client: object): client is PgPool {
  const { query, connect, totalCount, options } = client as Partial<PgPool>
  return (
    typeof query === 'function' &&
    typeof connect === 'function' &&
    typeof totalCount === 'number' &&
    typeof options === 'object'
  )
}

/** Returns whether it has the shape of a client of pg, in a pool or not. */
export function isPgClient(client: object): client is PgClient {
  const { query, connect, on } = client as Partial<PgClient>
  return !isPgPool(client) && [query, connect, on].every((member) => typeof member === 'function')
}

/** Returns the port of a pool or client of pg. */
export function pgPort(client: PgPool | PgClient, isTransaction: boolean): PostgresPort {
  const query: PgPool['query'] = isPgPool(client) ? (given) => client.query(given) : oneByOne(client)

  async function run(isPrepared: boolean, text: string, values: readonly (string | null)[]): Promise<string | null> {
    try {
      const { rows } = await query(isPrepared ? { name: nameOf(text), text, values } : { text, values })
      return resultOf(rows)
    } catch (cause) {
      throw toPostgresError(cause)
    }
  }

  return {
    // In a transaction, a statement that failed could not be repeated.
    run: isTransaction ? (...statement) => run(false, ...statement) : prepareIfPossible(run),
    script: async (sql) => {
      await query({ text: sql }).catch((cause: unknown) => {
        throw toPostgresError(cause)
      })
    },
    listen: isPgPool(client) ? listenOnPool(client) : listenOnClient(client, query),
  }
}

/** What runs on each client last. A store and its sessions may share a client. */
const lastOf = new WeakMap<PgClient, Promise<unknown>>()

/** A client of pg has one query at a time, and refuses others from version 9 on. */
function oneByOne(client: PgClient): PgPool['query'] {
  return (given) => {
    const answer = (lastOf.get(client) ?? Promise.resolve()).then(() => client.query(given))
    lastOf.set(
      client,
      answer.catch(() => undefined),
    )
    return answer
  }
}

/** PostgreSQL cuts names at 63 bytes. A statement differs by its function, schema and arguments. */
function nameOf(text: string): string {
  return text.slice('SELECT '.length, -' AS result'.length).slice(0, 63)
}
