import { expect, test, vi } from 'vitest'
import { portOf } from '../../src/clients/detect-client.ts'
import { createFunctions } from '../../src/schema/functions.ts'
import { pruneMarksOf, pruneStoreOf, startPruner } from '../../src/write/pruner.ts'
import { useDatabase } from '../support/database.ts'
import { someMark, token } from '../support/samples.ts'
import { useStore } from '../support/use-store.ts'

const database = useDatabase({ fsync: 'off' })

async function useExpired() {
  const used = await useStore(database)
  const { store, pool, schema } = used
  const marks = Array.from({ length: 30 }, (_, index) => ({ key: token(`${index}`), mark: someMark() }))
  await store.record(marks, { at: Date.now(), subjects: marks.map(() => undefined) })
  await pool.query(`UPDATE ${schema}.marks SET expires_at = 1 WHERE value::int < 20`)
  await pool.query(`UPDATE ${schema}.audit SET at = 1 WHERE value::int < 10`)
  const count = async (table: string): Promise<number> =>
    (await pool.query(`SELECT count(*)::int AS n FROM ${schema}.${table}`)).rows[0].n
  return { ...used, count, functions: createFunctions(portOf(pool, 'test'), schema) }
}

test('removes expired marks and old entries, at most so many at once, and nothing else', async () => {
  const { functions, count } = await useExpired()
  const prune = pruneMarksOf(functions, 3_600_000)
  expect(await prune(15)).toBe(25)
  expect([await count('marks'), await count('audit')]).toEqual([15, 20])
  expect(await prune(15)).toBe(5)
  expect([await count('marks'), await count('audit')]).toEqual([10, 20])
  expect(await prune(15)).toBe(0)
})

test('leaves the audit trail alone without auditFor', async () => {
  const { functions, count } = await useExpired()
  await pruneMarksOf(functions, undefined)(100)
  expect([await count('marks'), await count('audit')]).toEqual([10, 30])
})

test('does not wait for another process that prunes, or for a row that a transaction has changed', async () => {
  const { functions, pool, schema } = await useExpired()
  const client = await pool.connect()
  await client.query('BEGIN')
  await client.query(`UPDATE ${schema}.marks SET expires_at = 2 WHERE value = '0'`)
  expect(await pruneMarksOf(functions, undefined)(100)).toBe(19)
  await client.query('ROLLBACK')
  await client.query('BEGIN')
  await client.query(`SELECT ${schema}.prune_marks(null, '0')`)
  expect(await pruneMarksOf(functions, undefined)(100)).toBe(0)
  await client.query('ROLLBACK')
  client.release()
  expect(await pruneMarksOf(functions, undefined)(100)).toBe(1)
})

test('gives changes their places if nobody reads the log, and drops the oldest ones', async () => {
  const { functions, store, count } = await useExpired()
  const before = await store.read(0)
  expect([await count('pending'), await count('log')]).toEqual([0, 30])
  await store.record(Array.from({ length: 60 }, (_, index) => ({ key: token(`new-${index}`), mark: someMark() })))
  expect([await count('pending'), await count('log')]).toEqual([60, 30])
  const prune = pruneStoreOf(functions, { auditForMs: undefined, logLength: 70 })
  expect(await prune(100)).toBe(20)
  expect([await count('pending'), await count('log')]).toEqual([0, 71])
  expect(await store.read(0, before.position)).toMatchObject({ reset: false, complete: true })
})

test('goes on at once while changes are left without a place', async () => {
  const { functions, pool, schema, count } = await useExpired()
  await pool.query(`INSERT INTO ${schema}.pending (scope, value) SELECT 'jti', n FROM generate_series(1, 6000) AS n`)
  const prune = pruneStoreOf(functions, { auditForMs: undefined, logLength: 10 })
  expect(await prune(1_000)).toBe(1_000)
  expect(await prune(1_000)).toBe(0)
  expect(await count('pending')).toBe(0)
})

test('goes on at once while there is more, and waits otherwise, also after a failure', async () => {
  vi.useFakeTimers()
  try {
    const results = [1_000, 1_000, 3, new Error('unreachable'), 0]
    let calls = 0
    startPruner(async () => {
      const result = results[calls++] ?? 0
      if (result instanceof Error) throw result
      return result
    })
    await vi.advanceTimersByTimeAsync(30_000)
    await vi.advanceTimersByTimeAsync(100)
    expect(calls).toBeGreaterThanOrEqual(3)
    const before = calls
    await vi.advanceTimersByTimeAsync(45_000)
    expect(calls).toBeGreaterThan(before)
    const after = calls
    await vi.advanceTimersByTimeAsync(45_000)
    expect(calls).toBeGreaterThan(after)
  } finally {
    vi.useRealTimers()
  }
})
