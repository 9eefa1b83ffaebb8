import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { now } from './plan.ts'
import { type PostgresSetup, schema, startPostgresSetup } from './postgres-setup.ts'
import { longMs } from './standalone-fault.ts'
import type { Fault } from './trial.ts'

/** A fault on a single server of PostgreSQL. */
export type PostgresFault = Fault<PostgresSetup>

function fault(name: string, inflict: PostgresFault['inflict'], more: Partial<PostgresFault> = {}): PostgresFault {
  return { name, start: startPostgresSetup, inflict, ...more }
}

const outage = { durationMs: 3_300, answersWithinMs: 2_500, recoversWithinMs: 6_000 } as const

/** Ends connections of the server whose last statement fits. */
const terminate = (where: string): string =>
  `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND ${where}`

async function terminateOften({ server }: PostgresSetup, where: string): Promise<void> {
  for (let times = 0; times < 5; times++) {
    await server.query(terminate(where))
    await sleep(longMs / 5)
  }
}

/**
 * Lets every `NOTIFY` fail, as it does if its queue is full: a listener sleeps in a transaction.
 */
const failNotify = `CREATE OR REPLACE FUNCTION ${schema}.wake_up() RETURNS text LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'too many notifications in the NOTIFY queue' USING ERRCODE = '54000'; END $$`

/** Holds a lock on a table while others wait for it, and then give up. */
async function lockTable({ server }: PostgresSetup, table: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(`BEGIN; LOCK TABLE ${schema}.${table} IN ACCESS EXCLUSIVE MODE`)
  await sleep(longMs)
  await client.query('COMMIT')
  await client.end()
}

/** Sets all tables back to what they held some time ago, as restoring a dump does. */
async function restoreOlder({ server }: PostgresSetup, losing: () => Promise<void>): Promise<void> {
  const tables = ['marks', 'pending', 'log', 'feed']
  await server.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ; CREATE SCHEMA dump; ${tables.map((table) => `CREATE TABLE dump.${table} AS TABLE ${schema}.${table};`).join(' ')} COMMIT`,
  )
  await sleep(500)
  await losing()
  await server.query(
    `BEGIN; TRUNCATE ${tables.map((table) => `${schema}.${table}`).join(', ')}; ${tables.map((table) => `INSERT INTO ${schema}.${table} OVERRIDING SYSTEM VALUE SELECT * FROM dump.${table};`).join(' ')} COMMIT`,
  )
}

async function halfOpenAll({ statements, listeners }: PostgresSetup): Promise<void> {
  const proxies = [statements, listeners]
  for (const proxy of proxies) proxy.halfOpen('both')
  await sleep(2 * longMs)
  for (const proxy of proxies) proxy.halfOpen('none')
  // The lost bytes never arrive, so these connections cannot be used any more.
  for (const proxy of proxies) proxy.cut()
}

/** Faults on a single server of PostgreSQL. */
export const postgresFaults = {
  none: fault('none', () => sleep(longMs)),
  listenersTerminated: fault('`pg_terminate_backend` of the listeners × 5', (setup) =>
    terminateOften(setup, "query LIKE 'LISTEN%'"),
  ),
  allTerminated: fault('`pg_terminate_backend` of every connection × 5', (setup) => terminateOften(setup, 'true')),
  listenersHalfOpen: fault(
    'listeners half-open, to the client, for long',
    async ({ listeners }) => {
      listeners.halfOpen('toClient')
      await sleep(2 * longMs)
      listeners.halfOpen('none')
    },
    { durationMs: 3_300 },
  ),
  notifyFails: fault('every `NOTIFY` fails', async ({ server }) => {
    await server.query(failNotify)
    await sleep(longMs)
  }),
  everythingHalfOpen: fault('everything half-open, both ways', halfOpenAll, outage),
  stopped: fault(
    '`SIGSTOP` of PostgreSQL',
    async ({ server }) => {
      server.kill('SIGSTOP')
      await sleep(longMs)
      server.kill('SIGCONT')
    },
    { durationMs: 3_300 },
  ),
  crashed: fault('server killed, and restarted', ({ server }) => server.restart(), { durationMs: 3_300 }),
  marksLocked: fault('the marks locked for 1.5 s', (setup) => lockTable(setup, 'marks'), { durationMs: 3_300 }),
  feedLocked: fault('the end of the log locked for 1.5 s', (setup) => lockTable(setup, 'feed'), {
    durationMs: 3_300,
  }),
  feedDeleted: fault('the end of the log deleted', async ({ server }) => {
    await server.query(`DELETE FROM ${schema}.feed`)
    const endedAt = now()
    await sleep(longMs)
    return endedAt
  }),
  restoredOlder: fault('all tables restored from an older dump', (setup, { losing }) => restoreOlder(setup, losing), {
    forgets: 'surely',
  }),
} satisfies Record<string, PostgresFault>
