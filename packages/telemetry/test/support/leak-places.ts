// The stores that the search for leaks runs over, each with a client that knows secrets.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, postgresSessions, postgresStore } from '@revoked/store-postgres'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { sqliteSessions, sqliteStore } from '@revoked/store-sqlite'
import { startRedis } from '@revoked/testing'
import { startPostgres } from '@revoked/testing/postgres'
import type { SqliteDriver } from '@revoked/testing/sqlite-drivers'
import pg from 'pg'
import { createClient } from 'redis'
import { onTestFinished } from 'vitest'
import { secret, secretly } from './everything-secret.ts'
import type { LeakPlace } from './leak-run.ts'

/** Opens a place for the run of a test, and closes it after it. */
export type OpenPlace = (hashIds: boolean) => Promise<LeakPlace>

/** Opens stores on a server of Redis, over node-redis. */
export async function openNodeRedis(hashIds: boolean): Promise<LeakPlace> {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  await server.command('CONFIG', 'SET', 'requirepass', secretly('password'))
  const client = createClient({
    url: `redis://default:${secretly('password')}@127.0.0.1:${server.port}`,
    name: secretly('client-name'),
    disableOfflineQueue: true,
  })
  client.on('error', () => undefined)
  onTestFinished(() => client.destroy())
  await client.connect()
  return {
    store: redisStore(client, { hashIds }),
    list: redisSessions(client, { hashSubjects: hashIds }),
    addresses: [`:${server.port}`],
    break: () => server.kill('SIGKILL'),
  }
}

/**
 * Opens stores on a server of PostgreSQL, over a pool of pg, as a user and in a database with
 * secret names.
 */
export async function openPg(hashIds: boolean): Promise<LeakPlace> {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  await server.query(`CREATE USER "${secretly('user')}" SUPERUSER PASSWORD '${secretly('password')}'`)
  await server.query(`CREATE DATABASE "${secretly('database')}"`)
  const account = { user: secretly('user'), password: secretly('password'), database: secretly('database') }
  const pool = new pg.Pool({ host: server.host, port: server.port, ...account, connectionTimeoutMillis: 400 })
  pool.on('error', () => undefined)
  onTestFinished(() => pool.end().catch(() => undefined))
  await migrate(pool)
  return {
    store: postgresStore(pool, { hashIds }),
    list: postgresSessions(pool, { hashSubjects: hashIds }),
    addresses: [`:${server.port}`],
    break: () => server.kill('SIGKILL'),
    begin: async () => {
      const client = await pool.connect()
      await client.query('BEGIN')
      return { transaction: client, commit: () => client.query('COMMIT').finally(() => client.release()) }
    },
  }
}

/** Returns what opens stores in a file of SQLite, in a folder with a secret name, over a driver. */
export function openSqlite({ Database }: SqliteDriver): OpenPlace {
  return async (hashIds) => {
    const folder = mkdtempSync(join(tmpdir(), `${secret}-`))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const database = new Database(join(folder, 'app.db'))
    const store = sqliteStore(database, { hashIds })
    const list = sqliteSessions(database, { hashSubjects: hashIds })
    const close = (): void => {
      store.close()
      list.disconnect()
    }
    onTestFinished(() => {
      close()
      database.close()
    })
    return {
      store,
      list,
      addresses: [folder, 'app.db'],
      break: close,
      begin: async () => {
        database.exec('BEGIN IMMEDIATE')
        return { transaction: database, commit: async () => database.exec('COMMIT') }
      },
    }
  }
}
