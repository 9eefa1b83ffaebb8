import type pg from 'pg'
import { onTestFinished } from 'vitest'
import { type AuditedPostgresStore, migrate, type PostgresStoreOptions, postgresStore } from '../../src/index.ts'
import type { Database } from './database.ts'
import { newPool } from './drivers.ts'

/** A store in a new schema, over a pool that is closed after the test. */
export interface UsedStore {
  readonly store: AuditedPostgresStore
  readonly pool: pg.Pool
  readonly schema: string
}

/** Creates the tables, and opens a store for one test. */
export async function useStore(
  { server, newSchema }: Database,
  options: PostgresStoreOptions & { readonly max?: number } = {},
): Promise<UsedStore> {
  const { max = 10, ...storeOptions } = options
  const schema = newSchema()
  const pool = usePool(server.url, { max })
  await migrate(pool, { schema })
  return { store: postgresStore(pool, { auditFor: '90d', schema, ...storeOptions }), pool, schema }
}

/** Opens a pool for one test. */
export function usePool(url: string, config: pg.PoolConfig = {}): pg.Pool {
  const pool = newPool(url, config)
  onTestFinished(() => pool.end())
  return pool
}
