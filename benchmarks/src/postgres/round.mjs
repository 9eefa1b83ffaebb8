// @ts-check
// Checks and revocations over PostgreSQL: beside tables as people write them, with few marks and
// with many, while it prunes and vacuums, and with caches in front.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { migrate, postgresStore } from '@revoked/store-postgres'
import { redisStore } from '@revoked/store-redis'
import { startRedis } from '@revoked/testing'
import { startPostgres } from '@revoked/testing/postgres'
import { Redis } from 'ioredis'
import pg from 'pg'
import postgres from 'postgres'

/** @typedef {import('@revoked/core').Key} Key */
/** @typedef {() => readonly Key[]} NextKeys */
/** @typedef {Pick<import('@revoked/store-layered').LayeredStore, 'find' | 'close'>} Cache */

const million = 1_000_000
const expired = 100_000
const lifetimeMs = 3_600_000
const measureMs = 1_200
const callers = 64
const hitTurns = 400
const hitsPerTurn = 5_000

const server = await startPostgres({ settings: { shared_buffers: '256MB', max_wal_size: '4GB' } })
const redis = await startRedis()
process.on('exit', () => {
  server.kill('SIGKILL')
  redis.kill('SIGKILL')
})
const pool = new pg.Pool({ connectionString: server.url, max: 10 })
await migrate(pool)
await migrate(pool, { schema: 'few' })
const store = postgresStore(pool)

/** @type {Record<string, object>} */
const parts = {}

/** @type {NextKeys} */
const unknownKeys = () => [
  ...['jti', 'sid', 'sub'].map((scope) => ({ scope, value: randomUUID() })),
  { scope: 'all', value: '' },
]

/** @param {number} [expiresAt] */
const newMark = (expiresAt = Date.now() + lifetimeMs) => ({
  key: { scope: 'jti', value: randomUUID() },
  mark: { cutoff: Number.POSITIVE_INFINITY, expiresAt },
})

/** @param {string} schema @param {number} count @param {number} expiresAt */
async function fill(schema, count, expiresAt) {
  // As the store would, without the log, which would take minutes.
  await pool.query(
    `INSERT INTO ${schema}.marks SELECT 'jti', gen_random_uuid()::text, $1::float8, '[1,null,' || $1 || ']' FROM generate_series(1, $2::int)`,
    [String(expiresAt), count],
  )
  await pool.query(`VACUUM ANALYZE ${schema}.marks`)
}

/**
 * Lets callers check, each one token after the other, for so long.
 *
 * @param {number} concurrent
 * @param {() => Promise<void> | void} check
 */
async function timeChecks(concurrent, check) {
  /** @type {number[]} */
  const samples = []
  const warmUntil = performance.now() + 300
  const end = warmUntil + measureMs
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      for (let startedAt = performance.now(); startedAt < end; startedAt = performance.now()) {
        await check()
        if (startedAt > warmUntil) samples.push((performance.now() - startedAt) * 1_000)
      }
    }),
  )
  samples.sort((a, b) => a - b)
  const percentile = (/** @type {number} */ share) => samples[Math.ceil(samples.length * share) - 1]
  return { checksPerSecond: (samples.length * 1_000) / measureMs, p50: percentile(0.5), p99: percentile(0.99) }
}

/** @param {Pick<import('@revoked/core').RevocationStore, 'find'>} over */
const checkOver = (over) => async () => assert.deepEqual(await over.find(unknownKeys()), [])

/** One statement for each key, prepared, over the same pool. */
async function checkBySelects() {
  const results = await Promise.all(
    unknownKeys().map(({ scope, value }) =>
      pool.query({
        name: 'one-key',
        text: 'SELECT mark FROM revoked.marks WHERE scope = $1 AND value = $2 AND expires_at > $3',
        values: [scope, value, Date.now()],
      }),
    ),
  )
  assert.ok(results.every(({ rows }) => rows.length === 0))
}

/** As the tables of simplejwt, devise-jwt and many of their own are asked. */
async function checkByTable() {
  const text = 'SELECT 1 FROM token_blacklist WHERE jti = $1'
  const { rows } = await pool.query({ name: 'blacklist', text, values: [randomUUID()] })
  assert.equal(rows.length, 0)
}

/** @param {number} concurrent */
async function timeRecords(concurrent) {
  let written = 0
  const end = performance.now() + measureMs
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      for (; performance.now() < end; written++) assert.deepEqual(await store.record([newMark()]), [true])
    }),
  )
  return { perSecond: (written * 1_000) / measureMs }
}

/**
 * Lets one caller check a token that was seen before. Both caches are warm and take turns, because
 * whichever is measured first in a process is up to a third faster.
 *
 * @param {string} name @param {Readonly<Record<string, Cache>>} caches @param {readonly Key[]} keys
 */
async function timeHits(name, caches, keys) {
  const entries = Object.entries(caches)
  /** @type {Record<string, number>} */
  const tookMs = Object.fromEntries(entries.map(([remote]) => [remote, 0]))
  for (let turn = -hitTurns; turn < hitTurns; turn++) {
    for (const [remote, cache] of turn % 2 === 0 ? entries : entries.toReversed()) {
      const startedAt = performance.now()
      for (let index = 0; index < hitsPerTurn; index++) {
        const found = cache.find(keys)
        if (turn < 0) await found
        else assert.ok(Array.isArray(found) && found.length === 0, 'the cache answers')
      }
      if (turn >= 0) tookMs[remote] = (tookMs[remote] ?? 0) + performance.now() - startedAt
      // Reads of the log must go on.
      await new Promise(setImmediate)
    }
  }
  for (const [remote, ms] of Object.entries(tookMs)) {
    parts[`${name} ${remote}`] = { checksPerSecond: (hitTurns * hitsPerTurn * 1_000) / ms }
  }
  await Promise.all(entries.map(([, cache]) => cache.close()))
}

await fill('few', 1_000, Date.now() + lifetimeMs)

// First, while the process has done nothing else.
const client = new Redis({ port: redis.port })
const keys = unknownKeys()
const remotes = { pg: store, redis: redisStore(client) }
await timeHits('layered', { pg: layeredStore(remotes.pg), redis: layeredStore(remotes.redis) }, keys)
// A mirror copies every mark: both have a thousand.
const small = postgresStore(pool, { schema: 'few' })
await remotes.redis.record(Array.from({ length: 1_000 }, () => newMark()))
const mirrorOf = (/** @type {import('@revoked/core').FollowableStore} */ remote) =>
  mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }) })
await timeHits('mirror', { pg: mirrorOf(small), redis: mirrorOf(remotes.redis) }, keys)

await fill('revoked', million, Date.now() + lifetimeMs)
await pool.query('CREATE TABLE token_blacklist (jti text PRIMARY KEY, expires_at timestamptz NOT NULL)')
await pool.query("INSERT INTO token_blacklist SELECT value, now() + interval '1 hour' FROM revoked.marks")
await pool.query('VACUUM ANALYZE token_blacklist')
await pool.query('CHECKPOINT')

const sql = postgres(server.url, { max: 10 })
const checks = {
  store: checkOver(store),
  overPostgresJs: checkOver(postgresStore(sql)),
  selects: checkBySelects,
  table: checkByTable,
}
for (const concurrent of [1, callers])
  for (const [name, check] of Object.entries(checks))
    parts[`${name} ${concurrent}`] = await timeChecks(concurrent, check)
await sql.end()
parts['few'] = await timeChecks(callers, checkOver(postgresStore(pool, { schema: 'few' })))
for (const concurrent of [1, callers]) parts[`record ${concurrent}`] = await timeRecords(concurrent)

/**
 * Times checks while another connection repeats a statement, with a pause in between.
 *
 * @param {string} statement @param {number} pauseMs
 */
async function timeDuring(statement, pauseMs) {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  let isOver = false
  const working = (async () => {
    for (; !isOver; await delay(pauseMs)) await client.query(statement)
  })()
  const timed = await timeChecks(callers, checks.store)
  isOver = true
  await working
  await client.end()
  return timed
}
/** The expired marks that are left. */
async function countExpired() {
  const { rows } = await pool.query('SELECT count(*)::int AS count FROM revoked.marks WHERE expires_at = 1')
  return Number(rows[0]?.count)
}
await fill('revoked', expired, 1)
// At the pace of the store.
parts['pruning'] = await timeDuring("SELECT revoked.prune_marks(null, '1000')", 50)
const left = await countExpired()
await pool.query('DELETE FROM revoked.marks WHERE expires_at = 1')
assert.ok(left > 0 && left < expired, `${left} expired marks are left, so that pruning took all the time`)
parts['VACUUM'] = await timeDuring('VACUUM revoked.marks', 0)

/** The transactions of the server, of which each statement of the store is one. */
async function transactions() {
  const [row] = await server.query(
    "SELECT pg_stat_force_next_flush(), xact_commit::int AS count FROM pg_stat_database WHERE datname = 'postgres'",
  )
  return Number(row?.['count'])
}
for (const count of [1, 10, 50]) {
  const caches = Array.from({ length: count }, () => layeredStore(postgresStore(pool)))
  await delay(1_500)
  const before = await transactions()
  await delay(4_000)
  parts[`idle ${count}`] = { statements: ((await transactions()) - before) / 4 / count }
  await Promise.all(caches.map((cache) => cache.close()))
}
const named = Object.entries(parts).map(([name, part]) => {
  const isRedis = name.endsWith(' redis')
  const used = isRedis ? `redis ${redis.binary.version}` : `PostgreSQL ${server.binaries.version}`
  return [name, { ...part, server: used }]
})
console.log(JSON.stringify({ parts: Object.fromEntries(named) }))
process.exit()
