// @ts-check
// Look-ups and revocations over a SQLite file, with few marks and with many, and while it prunes.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sqliteStore } from '@revoked/store-sqlite'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { watchLoop } from '../measure/loop-watch.mjs'

const few = 1_000
const many = 1_000_000
const expired = 100_000
const lifetimeMs = 3_600_000
const writeMs = 1_500
const callers = 64

const [driver] = await sqliteDrivers('main')
if (driver === undefined) throw new Error('There is no driver of SQLite.')
const { Database } = driver
const folder = mkdtempSync(join(tmpdir(), 'revoked-benchmark-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** @type {Record<string, object>} */
const parts = {}
let written = 0

/** @param {string} name @param {import('@revoked/store-sqlite').SqliteStoreOptions} [options] */
function openStore(name, options) {
  const database = new Database(join(folder, name))
  const store = sqliteStore(database, options)
  return { store, database }
}

/** @param {number} [expiresAt] */
const newMark = (expiresAt = Date.now() + lifetimeMs) => ({
  key: { scope: 'jti', value: randomUUID() },
  mark: { cutoff: Number.POSITIVE_INFINITY, expiresAt },
})

/**
 * @param {import('@revoked/store-sqlite').SqliteStore} store
 * @param {number} count
 * @param {number} [expiresAt]
 */
async function fill(store, count, expiresAt) {
  for (let left = count; left > 0; left -= 10_000)
    await store.record(Array.from({ length: Math.min(left, 10_000) }, () => newMark(expiresAt)))
}

/**
 * Times `find` of the four keys of tokens that are not revoked, one look-up after the other, for so
 * long. Returns the samples as they are: to sort them is a long turn by itself.
 *
 * @param {import('@revoked/store-sqlite').SqliteStore} store @param {number} ms
 */
async function sampleFinds(store, ms) {
  /** @type {number[]} */
  const samples = []
  const warmUntil = performance.now() + 200
  for (const end = warmUntil + ms; performance.now() < end; ) {
    for (let index = 0; index < 200; index++) {
      const ids = ['jti', 'sid', 'sub'].map((scope) => ({ scope, value: String(randomUUID()) }))
      const keys = [...ids, { scope: 'all', value: '' }]
      const startedAt = performance.now()
      const found = store.find(keys)
      const took = (performance.now() - startedAt) * 1_000
      assert.deepEqual(found, [])
      if (startedAt > warmUntil) samples.push(took)
    }
    await nextTurn()
  }
  return samples
}

/** @param {readonly number[]} unsorted */
function percentilesOf(unsorted) {
  const samples = [...unsorted].sort((a, b) => a - b)
  const percentile = (/** @type {number} */ share) => samples[Math.ceil(samples.length * share) - 1]
  return { p50: percentile(0.5), p99: percentile(0.99) }
}

/** @param {import('@revoked/store-sqlite').SqliteStore} store @param {number} concurrent */
async function timeRecords(store, concurrent) {
  const end = performance.now() + writeMs
  const before = written
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      while (performance.now() < end) {
        await store.record([newMark()])
        written++
      }
    }),
  )
  return { perSecond: ((written - before) * 1_000) / writeMs }
}

const small = openStore('few.db', { synchronous: 'normal' })
await fill(small.store, few)
parts[`find ${few}`] = percentilesOf(await sampleFinds(small.store, 1_000))

const large = openStore('many.db', { synchronous: 'normal' })
await fill(large.store, many)
parts[`find ${many}`] = percentilesOf(await sampleFinds(large.store, 1_000))
large.store.close()

// What follows waits for the disk at each commit, as is the default.
const bursting = openStore('many.db')
const burst = Array.from({ length: expired }, () => newMark(Date.now() + lifetimeMs / 2))
await nextTurn()
const endBurst = await watchLoop()
for (let start = 0; start < expired; start += 10_000) await bursting.store.record(burst.slice(start, start + 10_000))
parts['burst'] = await endBurst()
bursting.store.close()

for (const synchronous of /** @type {const} */ (['full', 'normal'])) {
  for (const concurrent of [1, callers]) {
    const { store } = openStore('many.db', { synchronous })
    parts[`record ${synchronous} ${concurrent}`] = await timeRecords(store, concurrent)
    store.close()
  }
}

// By this clock, the marks of the burst have expired.
const ahead = (3 * lifetimeMs) / 4
const pruning = openStore('many.db', { now: () => Date.now() + ahead })
const count = pruning.database.prepare('SELECT count(*) AS n FROM revoked_marks')
const oldest = pruning.database.prepare('SELECT min(expires_at) AS n FROM revoked_marks')
const read = (/** @type {typeof count} */ query) => Number(/** @type {{ n: unknown }} */ (query.get()).n)
// To count the marks is a long turn by itself, so it is done before and after.
const before = read(count)
const oldestBefore = read(oldest)
while (read(oldest) === oldestBefore) await nextTurn()
const endPruning = await watchLoop()
const samples = await sampleFinds(pruning.store, 2_000)
const delays = await endPruning()
parts['pruning'] = { ...percentilesOf(samples), ...delays }
const pruned = before - read(count)
assert.ok(pruned > 1_000 && pruned < expired, `${pruned} marks were removed meanwhile`)
console.log(JSON.stringify({ parts }))
process.exit()
