import type { PostgresExecutor } from './executor.ts'
import { isPgClient, isPgPool, type PgClient, type PgPool, pgPort } from './pg.ts'
import type { PostgresPort } from './port.ts'
import { toPostgresError } from './postgres-error.ts'
import { isPostgresJs, isPostgresJsTransaction, type PostgresJsSql, postgresJsPort } from './postgres-js.ts'
import { createReconnecting } from './reconnecting.ts'
import { resultOf } from './result-of.ts'

/**
 * A client of PostgreSQL: a `Pool` or `Client` of pg, the `sql` of postgres.js, or a function of
 * your own.
 *
 * @example
 * ```ts
 * import pg from 'pg'
 * import { type PostgresClient, postgresStore } from '@revoked/store-postgres'
 *
 * const storeOver = (client: PostgresClient) => postgresStore(client)
 * const store = storeOver(new pg.Pool())
 * ```
 */
export type PostgresClient = PgPool | PgClient | PostgresJsSql | PostgresExecutor

/**
 * A client on which a transaction is open: a `Client` of pg after its `BEGIN`, the `sql` of a
 * transaction of postgres.js, or the `execute` of one of yours.
 *
 * @example
 * ```ts
 * import pg from 'pg'
 * import type { PostgresTransaction } from '@revoked/store-postgres'
 *
 * async function begin(pool: pg.Pool): Promise<PostgresTransaction> {
 *   const client = await pool.connect()
 *   await client.query('BEGIN')
 *   return client
 * }
 * ```
 */
export type PostgresTransaction = PgClient | PostgresJsSql | PostgresExecutor

/** Returns the port of a client. @throws TypeError if it is none. */
export function portOf(client: unknown, caller: string): PostgresPort {
  if (isPostgresJs(client)) return postgresJsPort(client)
  if (typeof client === 'object' && client !== null) {
    if (isPgPool(client) || isPgClient(client)) return pgPort(client, false)
    if (isExecutor(client)) return executorPort(client)
  }
  throw new TypeError(
    `${caller} takes a Pool or Client of pg, the sql of postgres.js, or an object with execute(sql, values).`,
  )
}

/** Returns the port of a transaction. @throws TypeError if it is none, as far as can be told. */
export function transactionPortOf(transaction: unknown): PostgresPort {
  if (isPostgresJs(transaction) && isPostgresJsTransaction(transaction)) return postgresJsPort(transaction)
  if (typeof transaction === 'object' && transaction !== null) {
    if (isPgClient(transaction)) return pgPort(transaction, true)
    if (isExecutor(transaction)) return executorPort(transaction)
  }
  throw new TypeError(
    'within takes a Client of pg after its BEGIN, the sql that postgres.js gives to begin, or an object with execute(sql, values). A pool has no transaction.',
  )
}

function isExecutor(client: object): client is PostgresExecutor {
  return 'execute' in client && typeof client.execute === 'function'
}

function executorPort(executor: PostgresExecutor): PostgresPort {
  const execute: PostgresExecutor['execute'] = async (sql, values) => {
    try {
      return await executor.execute(sql, values)
    } catch (cause) {
      throw toPostgresError(cause)
    }
  }
  const { listen } = executor
  return {
    run: async (sql, values) => resultOf(await execute(sql, values)),
    script: async (sql) => void (await execute(sql, [])),
    listen:
      listen &&
      ((channel, events) =>
        createReconnecting(events, async () => {
          const end = await listen.call(executor, channel, events.notified)
          return () => void Promise.resolve(end()).catch(() => undefined)
        })),
  }
}
