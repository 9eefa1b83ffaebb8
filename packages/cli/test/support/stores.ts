import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FollowableStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { migrate, postgresSessions, postgresStore } from '@revoked/store-postgres'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { sqliteSessions, sqliteStore } from '@revoked/store-sqlite'
import { betterSqlite3, startRedis } from '@revoked/testing'
import { startPostgres } from '@revoked/testing/postgres'
import { type SqliteDriver, sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { Redis } from 'ioredis'
import pg from 'pg'

/** Options that all stores have. */
interface PlaceOptions {
  readonly hashIds?: boolean
}

/** An empty store on a server or in a file of its own. */
export interface Place {
  readonly kind: 'redis' | 'postgres' | 'sqlite'
  /** What the command line is given to reach it. */
  readonly env: NodeJS.ProcessEnv
  readonly address: string
  /** A folder from which its driver can be imported. */
  readonly cwd: string
  readonly store: FollowableStore
  readonly sessions: SessionStore
  /** Returns all that the server or the file holds, to compare it. */
  readonly dump: () => Promise<unknown>
  /** Makes the store fail for good. */
  readonly break: () => Promise<void>
  /** Makes the server hang with its connections open, if there is one. `close` ends it. */
  readonly freeze?: () => void
  readonly close: () => Promise<void>
}

const here = import.meta.dirname

// Here, because building the driver takes longer than a test may.
const [sqliteDriver] = (await sqliteDrivers()) as [SqliteDriver]

/** Starts a server of Redis, and returns the store in it. */
async function redisPlace(options: PlaceOptions & { readonly partitions?: number } = {}): Promise<Place> {
  const server = await startRedis()
  const client = new Redis(server.url, { maxRetriesPerRequest: 1 })
  client.on('error', () => undefined)
  return {
    kind: 'redis',
    address: server.url,
    env: { REVOKED_STORE: server.url },
    cwd: here,
    store: redisStore(client, options),
    sessions: redisSessions(client),
    dump: async () => {
      const keys = (await client.keys('*')).sort()
      return await Promise.all(keys.map(async (key) => [key, (await client.dumpBuffer(key))?.toString('base64')]))
    },
    freeze: () => server.kill('SIGSTOP'),
    break: () => server.stop(),
    close: async () => {
      client.disconnect()
      await server.stop()
    },
  }
}

/** Starts a server of PostgreSQL, and returns the store in it. */
async function postgresPlace(options: PlaceOptions = {}): Promise<Place> {
  const server = await startPostgres()
  const pool = new pg.Pool({ connectionString: server.url, max: 4 })
  pool.on('error', () => undefined)
  await migrate(pool)
  let store: FollowableStore | undefined
  let sessions: SessionStore | undefined
  return {
    kind: 'postgres',
    address: server.url,
    env: { REVOKED_STORE: server.url },
    cwd: here,
    // Opened when a test needs them: they prune in the background, and agree on options with that.
    get store() {
      store ??= postgresStore(pool, options)
      return store
    },
    get sessions() {
      sessions ??= postgresSessions(pool)
      return sessions
    },
    dump: async () => {
      const tables = await server.query(
        "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
      )
      return await Promise.all(
        tables.map(async ({ name }) => [name, await server.query(`SELECT t::text FROM ${String(name)} t ORDER BY 1`)]),
      )
    },
    freeze: () => server.kill('SIGSTOP'),
    break: () => server.stop(),
    close: async () => {
      // The pool would wait for a server that hangs.
      await server.stop()
      await pool.end().catch(() => undefined)
    },
  }
}

/** Creates a file of SQLite, and returns the store in it. */
async function sqlitePlace(options: PlaceOptions = {}): Promise<Place> {
  const { name, Database } = sqliteDriver
  const folder = mkdtempSync(join(tmpdir(), 'revoked-cli-'))
  const path = join(folder, 'app.db')
  const database = new Database(path)
  const store = sqliteStore(database, options)
  const sessions = sqliteSessions(database)
  function closeFile(): void {
    store.close()
    sessions.disconnect()
    database.close()
  }
  let isOpen = true
  return {
    kind: 'sqlite',
    address: `sqlite:${path}`,
    env: { REVOKED_STORE: `sqlite:${path}` },
    // The command line finds better-sqlite3 in its working directory.
    cwd: name === 'better-sqlite3' ? await betterSqlite3() : here,
    store,
    sessions,
    dump: async () => {
      const opened = new Database(path)
      try {
        const tables = opened.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all()
        const rows = tables.map((table) => {
          const { name, sql } = Object(table)
          return [sql, String(sql).startsWith('CREATE TABLE') ? opened.prepare(`SELECT * FROM ${name}`).all() : []]
        })
        return JSON.parse(JSON.stringify([opened.prepare('PRAGMA journal_mode').get(), rows]))
      } finally {
        opened.close()
      }
    },
    break: async () => {
      closeFile()
      isOpen = false
      for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
      writeFileSync(path, 'This is no database, but a file of some length.\n'.repeat(200))
    },
    close: async () => {
      if (isOpen) closeFile()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** All places, by the name of their store. */
export const places = { redis: redisPlace, postgres: postgresPlace, sqlite: sqlitePlace } as const
