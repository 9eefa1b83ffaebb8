/** Measurements over PostgreSQL and SQLite, for the formulas of the capacity page. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createRevocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { migrate, postgresSessions, postgresStore } from '@revoked/store-postgres'
import { sqliteSessions, sqliteStore } from '@revoked/store-sqlite'
import { eventually } from '@revoked/testing'
import { type PostgresServer, startPostgres } from '@revoked/testing/postgres'
import { type SqliteDriver, sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import pg from 'pg'
import type { Load } from '../../../../docs/.vitepress/capacity/load.ts'
import { scale } from './fits.ts'
import { newToken, openSessions, revokeTokens } from './measurements.ts'
import { startStatementCounter } from './statement-counter.ts'

/** Bytes of what a store keeps. */
interface Kept {
  readonly marks: number
  readonly log: number
}

/** A database that bytes are counted in. */
export interface MeasuredDatabase extends AsyncDisposable {
  /** Revokes tokens, and returns the bytes of their marks and of the change log. */
  readonly revoked: (count: number) => Promise<Kept>
  /** Opens sessions, and returns their bytes. */
  readonly opened: (count: number, perSubject: number) => Promise<number>
}

/** Instances, and what they do. */
interface Following {
  readonly followers: number
  readonly revocations: number
  readonly pauseMs: number
  readonly maxStalenessMs: number
}

/** A server, a pool of it, and what passes between them. */
export interface MeasuredPostgres extends MeasuredDatabase {
  /** What checks cost, one at a time. */
  readonly checked: (count: number) => Promise<Load>
  /**
   * What the server has to do for each second, while instances follow the log and the first of them
   * revokes, with a pause after each revocation.
   */
  readonly followed: (options: Following) => Promise<Load & { readonly revocationsPerSecond: number }>
}

/** Starts a server of PostgreSQL. */
export async function startMeasuredPostgres(): Promise<MeasuredPostgres> {
  const server = await startPostgres({ settings: { fsync: 'off' } })
  const counter = await startStatementCounter(server.port)
  const url = new URL(server.url)
  url.port = String(counter.port)
  const pool = new pg.Pool({ connectionString: url.href })
  await migrate(pool)
  const store = postgresStore(pool)
  const revocation = createRevocation({ store, maxTokenLifetime: '1h' })

  /** Returns what was counted while something was done, without the questions of this module. */
  async function costOf(work: () => Promise<unknown>): Promise<Load & { readonly seconds: number }> {
    const [before, began] = [counter.counts(), performance.now()]
    await work()
    const [after, seconds] = [counter.counts(), (performance.now() - began) / 1_000]
    const [commands, received, sent] = (['commands', 'received', 'sent'] as const).map(
      (name) => after[name] - before[name],
    ) as [number, number, number]
    return { commands, received, sent, seconds }
  }

  async function followed({ followers, revocations, pauseMs, maxStalenessMs }: Following) {
    const pools = Array.from({ length: followers }, () => new pg.Pool({ connectionString: url.href }))
    const caches = pools.map((each) => layeredStore(postgresStore(each), { maxStaleness: `${maxStalenessMs}ms` }))
    await eventually(() => caches.every((each) => each.status().isSubscribed), 'all caches are subscribed')
    await eventually(() => caches.every((each) => each.status().state === 'live'), 'all caches are live')
    const over = caches[0] ?? store
    const revoking = createRevocation({ store: over, maxTokenLifetime: '1h' })
    await revoking.revoke({ token: newToken() })
    // Until all have read of it.
    await delay(500)
    const { seconds, ...found } = await costOf(async () => {
      const end = performance.now() + 6_000
      for (let done = 0; done < revocations; done++) {
        await revoking.revoke({ token: newToken() })
        if (pauseMs > 0) await delay(pauseMs)
      }
      // What is measured of followers is a rate.
      if (revocations === 0) await delay(Math.max(0, end - performance.now()))
    })
    for (const each of caches) await each.close()
    for (const each of pools) await each.end()
    return { ...scale(found, 1 / seconds), revocationsPerSecond: revocations / seconds }
  }

  return {
    revoked: async (count) => {
      await revokeTokens(store, count)
      // Changes get their places, and the log is shortened to its length, in steps.
      const { position } = await store.read(0)
      for (let left = count; left > 0; left -= 5_000) await store.read(0, position)
      await server.query('VACUUM (FULL) revoked.log')
      return { marks: await bytesOfTable(server, 'marks'), log: await bytesOfTable(server, 'log') }
    },
    opened: async (count, perSubject) => {
      await openSessions(postgresSessions(pool), count, perSubject)
      return await bytesOfTable(server, 'sessions')
    },
    checked: async (count) => {
      await revocation.check(newToken())
      return await costOf(async () => {
        for (let done = 0; done < count; done++) await revocation.check(newToken())
      })
    },
    followed,
    [Symbol.asyncDispose]: async () => {
      await pool.end()
      await counter.stop()
      await server.stop()
    },
  }
}

/** With the indexes. */
async function bytesOfTable(server: PostgresServer, table: string): Promise<number> {
  const [row] = await server.query(`SELECT pg_total_relation_size('revoked.${table}') AS bytes`)
  return Number(Object(row).bytes)
}

// Here, because building the driver takes longer than a test may.
const [{ Database }] = (await sqliteDrivers()) as [SqliteDriver]

type SqliteFile = InstanceType<SqliteDriver['Database']>

/** Creates files of SQLite. */
export async function openMeasuredSqlite(): Promise<MeasuredDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'revoked-capacity-'))
  const opened: { close: () => unknown }[] = []

  /** Returns how much a file grows, beyond the empty tables. */
  async function grown(name: string, work: (database: SqliteFile) => Promise<unknown>): Promise<number> {
    const database = new Database(join(folder, `${name}-${opened.length}.db`))
    opened.push(database)
    await work(database)
    const [pages] = database.prepare('PRAGMA page_count').all()
    const [size] = database.prepare('PRAGMA page_size').all()
    return Number(Object(pages).page_count) * Number(Object(size).page_size)
  }

  const marksWith = (logLength: number, count: number): Promise<number> =>
    grown('marks', async (database) => {
      const store = sqliteStore(database, { logLength, synchronous: 'normal' })
      await revokeTokens(store, count)
      store.close()
    })

  return {
    revoked: async (count) => {
      const marks = await marksWith(1, count)
      return { marks, log: (await marksWith(10_000, count)) - marks }
    },
    opened: (count, perSubject) =>
      grown('sessions', async (database) => {
        const sessions = sqliteSessions(database, { synchronous: 'normal' })
        await openSessions(sessions, count, perSubject)
        sessions.disconnect()
      }),
    [Symbol.asyncDispose]: async () => {
      for (const database of opened) database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
