import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { someMark, token } from '../support/samples.ts'
import { useStore } from '../support/use-store.ts'

const database = useDatabase({ fsync: 'off' })

test('a log that was restored in a server with fewer transactions misses no change', async () => {
  const { store, pool, schema } = await useStore(database)
  await store.record([{ key: token('a'), mark: someMark() }])
  const { position } = await store.read(0)
  // As after a restore of a dump of a server that has had many more of them.
  await pool.query(`UPDATE ${schema}.feed SET horizon = '1000000000'`)
  await store.record([{ key: token('b'), mark: someMark() }])
  expect(await store.read(0, position)).toMatchObject({ reset: false, complete: true, entries: [{ key: token('b') }] })
  const { rows } = await pool.query(`SELECT horizon::text::bigint < 1000000000 AS mended FROM ${schema}.feed`)
  expect(rows).toEqual([{ mended: true }])
})

test('a log that was set back is reset, also for a follower at the same sequence', async () => {
  const { store, pool, schema } = await useStore(database)
  await store.record([{ key: token('a'), mark: someMark() }])
  await store.read(0)
  await pool.query(`CREATE SCHEMA ${schema}_dump`)
  for (const table of ['marks', 'log', 'feed'])
    await pool.query(`CREATE TABLE ${schema}_dump.${table} AS TABLE ${schema}.${table}`)
  await store.record([{ key: token('b'), mark: someMark() }])
  const { position } = await store.read(0)
  await pool.query(`TRUNCATE ${schema}.marks, ${schema}.log, ${schema}.feed`)
  for (const table of ['marks', 'log', 'feed'])
    await pool.query(`INSERT INTO ${schema}.${table} SELECT * FROM ${schema}_dump.${table}`)
  await store.record([{ key: token('c'), mark: someMark() }])
  const answer = await store.read(0, position)
  expect(answer).toMatchObject({ reset: true, position: { sequence: position.sequence } })
})

test('rows of the log that another program has deleted are noticed', async () => {
  const { store, pool, schema } = await useStore(database)
  const { position } = await store.read(0)
  await store.record(['a', 'b', 'c'].map((value) => ({ key: token(value), mark: someMark() })))
  await store.read(0)
  await pool.query(`DELETE FROM ${schema}.log WHERE sequence = 2`)
  expect(await store.read(0, position)).toMatchObject({ reset: true })
})
