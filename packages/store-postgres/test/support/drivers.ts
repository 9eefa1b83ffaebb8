import type { OpenTransaction } from '@revoked/conformance'
import pg from 'pg'
import postgres from 'postgres'
import type { PostgresClient } from '../../src/index.ts'

/** A client of a database, as an application has it. */
export interface OpenedClient {
  readonly client: PostgresClient
  /** Begins a transaction as applications do with this client. */
  readonly begin: () => Promise<OpenTransaction>
  readonly close: () => Promise<void>
}

/** A kind of client that the tests run over. */
export interface PostgresDriver {
  readonly name: string
  /** Opens a client of the server, or of a pooler in transaction mode. */
  readonly open: (url: string, options?: { readonly isPooled?: boolean }) => OpenedClient
}

const poolDriver: PostgresDriver = {
  name: 'a pool of pg',
  open: (url) => {
    const pool = newPool(url)
    return { client: pool, begin: () => beginOn(pool), close: () => pool.end() }
  },
}

const clientDriver: PostgresDriver = {
  name: 'a client of pg',
  open: (url) => {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    const connected = client.connect()
    // pg queues what is sent before.
    connected.catch(() => undefined)
    const pool = newPool(url)
    return {
      client,
      begin: () => beginOn(pool),
      close: async () => {
        await connected
        await Promise.all([client.end(), pool.end()])
      },
    }
  },
}

const postgresJsDriver: PostgresDriver = {
  name: 'postgres.js',
  open: (url, { isPooled = false } = {}) => {
    // It waits for ever for statements that were prepared elsewhere, so its users switch that off.
    const sql = postgres(url, { onnotice: () => undefined, prepare: !isPooled })
    return {
      client: sql,
      begin: () => beginWith((work) => sql.begin(work)),
      close: () => sql.end({ timeout: 1 }),
    }
  },
}

const executorDriver: PostgresDriver = {
  name: 'an executor',
  open: (url) => {
    const pool = newPool(url)
    const executorOf = (queryable: Pick<pg.Pool, 'query'>) => ({
      execute: async (sql: string, values: readonly (string | null)[]) =>
        (await queryable.query<Readonly<Record<string, unknown>>>(sql, [...values])).rows,
    })
    return {
      client: {
        ...executorOf(pool),
        listen: async (channel, notified) => {
          const client = new pg.Client({ connectionString: url })
          client.on('error', () => undefined)
          client.on('notification', notified)
          await client.connect()
          await client.query(`LISTEN "${channel}"`)
          return () => client.end()
        },
      },
      begin: async () => {
        const client = await pool.connect()
        await client.query('BEGIN')
        return { ...endings(client), transaction: executorOf(client) }
      },
      close: () => pool.end(),
    }
  },
}

/** The clients of this run: all of them in the matrix. */
export const drivers: readonly PostgresDriver[] =
  (process.env['REVOKED_TESTS'] ?? 'main') === 'main'
    ? [poolDriver]
    : [poolDriver, clientDriver, postgresJsDriver, executorDriver]

/** Returns a pool. It reports that a connection ended in each query, too. */
export function newPool(connectionString: string, config: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString, ...config })
  pool.on('error', () => undefined)
  return pool
}

/** Begins a transaction on a client of a pool. */
export async function beginOn(pool: pg.Pool, isolation = ''): Promise<OpenTransaction> {
  const client = await pool.connect()
  await client.query(`BEGIN ${isolation}`)
  return { ...endings(client), transaction: client }
}

function endings(client: pg.PoolClient): Pick<OpenTransaction, 'commit' | 'rollBack'> {
  const ending = (statement: string) => async (): Promise<void> => {
    try {
      await client.query(statement)
    } finally {
      client.release()
    }
  }
  return { commit: ending('COMMIT'), rollBack: ending('ROLLBACK') }
}

/** postgres.js ends a transaction when its function settles. */
async function beginWith(
  run: (work: (sql: postgres.TransactionSql) => Promise<void>) => Promise<unknown>,
): Promise<OpenTransaction> {
  const { promise: ended, resolve: end, reject: fail } = withResolvers<void>()
  const { promise: begun, resolve: begin, reject: failBegin } = withResolvers<postgres.TransactionSql>()
  const running = run(async (sql) => {
    begin(sql)
    await ended
  })
  running.catch(failBegin)
  return {
    transaction: await begun,
    commit: async () => {
      end()
      await running
    },
    rollBack: async () => {
      fail(rolledBack)
      await running.catch((error: unknown) => {
        if (error !== rolledBack) throw error
      })
    },
  }
}

const rolledBack = new Error('rolled back')

/** `Promise.withResolvers` is not in Node 20. */
function withResolvers<Value>(): {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
  readonly reject: (cause: unknown) => void
} {
  let resolve: (value: Value) => void = () => undefined
  let reject: (cause: unknown) => void = () => undefined
  const promise = new Promise<Value>((fulfil, fail) => {
    resolve = fulfil
    reject = fail
  })
  return { promise, resolve, reject }
}
