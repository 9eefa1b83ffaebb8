import { migrate, postgresStore } from '@revoked/store-postgres'
import pg from 'pg'
import { errorFields, type Log } from './log.ts'
import type { OpenRemote, StoreSettings } from './open-store.ts'

/**
 * Opens a pool that gives up hanging connections, and the store over it. With `MIGRATE`, it creates
 * the tables first.
 */
export async function openPostgres(
  connectionString: string,
  { STORE_PREFIX: schema, HASH_IDS: hashIds, MIGRATE }: StoreSettings,
  log: Log,
): Promise<OpenRemote> {
  const pool = new pg.Pool({ connectionString, connectionTimeoutMillis: 2_000, query_timeout: 2_000 })
  // Without a listener, a connection that breaks while it is idle would end the process.
  pool.on('error', (error) => log('warn', 'store_connection', errorFields(error)))
  try {
    if (MIGRATE) await migrate(pool, { schema })
  } catch (error) {
    await pool.end()
    throw error
  }
  return { store: postgresStore(pool, { schema, hashIds }), close: () => pool.end() }
}
