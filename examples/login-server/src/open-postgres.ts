import type { FollowableStore } from '@revoked/core'
import type { CachingStore } from '@revoked/store-layered'
import { migrate, type PgPool, PostgresError, postgresSessions, postgresStore } from '@revoked/store-postgres'
import { diagnosePostgres } from '@revoked/store-postgres/diagnose'
import pg from 'pg'
import type { ServerAddress } from './located-server.ts'
import { SetupError } from './setup-error.ts'
import type { CacheStatus, SharedStore } from './store.ts'

/**
 * Returns a function that opens a cache in front of the revocations in PostgreSQL, and the sessions
 * beside them, and reports settings that may lose revocations or let requests hang.
 */
export function openPostgres(cacheOf: (remote: FollowableStore) => CachingStore<CacheStatus>): SharedStore['open'] {
  return async ({ url, prefix: schema, feedUrl = url }, report) => {
    const pool = await connectPool(url, schema)
    for (const { level, code, message } of await diagnosePostgres(pool, { schema }))
      report(`${level} ${code}: ${message}`)
    const store = cacheOf(postgresStore(listeningAt(pool, feedUrl), { schema }))
    const close = async (): Promise<void> => {
      await store.close()
      await pool.end()
    }
    return { store, sessionStore: postgresSessions(pool, { schema }), close }
  }
}

/** Opens a pool that gives up hanging connections, and creates the tables. */
async function connectPool(connectionString: string, schema: string): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString, connectionTimeoutMillis: 2_000, query_timeout: 2_000 })
  // Without a listener, a connection that breaks while it is idle would end the process.
  pool.on('error', () => undefined)
  try {
    await migrate(pool, { schema })
    return pool
  } catch (cause) {
    await pool.end()
    const reason = cause instanceof PostgresError ? cause.code : 'unknown'
    throw new SetupError(`Cannot use this PostgreSQL: ${reason}.`, { cause })
  }
}

/** Returns the pool, whose connection for notifications goes to another address. */
function listeningAt(pool: pg.Pool, feedUrl: ServerAddress['url']): PgPool {
  const listening = {
    query: (query: Parameters<PgPool['query']>[0]) => pool.query({ ...query, values: [...(query.values ?? [])] }),
    connect: () => pool.connect(),
    get totalCount() {
      return pool.totalCount
    },
    options: { connectionString: feedUrl },
    Client: pg.Client,
  }
  return listening
}
