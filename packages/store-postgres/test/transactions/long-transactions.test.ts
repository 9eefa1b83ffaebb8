import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { postgresStore } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { beginOn } from '../support/drivers.ts'
import { settlesWithin, someMark, token } from '../support/samples.ts'
import { usePool, useStore } from '../support/use-store.ts'

const database = useDatabase()

/** How long a call may take that waits for nobody, in ms. */
const soonMs = 2_000

describe('while a transaction of the application is open', () => {
  test('other keys are recorded, found and followed', async () => {
    const { store, pool } = await useStore(database)
    const { position: start } = await store.read(0)
    const { transaction, commit } = await beginOn(pool)
    await store.within(transaction as never).record([{ key: token('early'), mark: someMark() }])

    const recording = store.record([{ key: token('late'), mark: someMark() }])
    expect(await settlesWithin(recording, soonMs)).toBe(true)
    const page = await store.read(0, start)
    expect(page).toMatchObject({ reset: false, complete: true, entries: [{ key: token('late') }] })

    await commit()
    const next = await store.read(0, page.position)
    expect(next).toMatchObject({ reset: false, complete: true, entries: [{ key: token('early') }] })
  })

  test('a record of the same key waits, and one that shares its turn does not', async () => {
    const { store, pool } = await useStore(database)
    const { transaction, commit } = await beginOn(pool)
    await store.within(transaction as never).record([{ key: token('held'), mark: someMark({ cutoff: 1 }) }])

    const waiting = store.record([{ key: token('held'), mark: someMark({ cutoff: 2 }) }])
    const together = Array.from({ length: 10 }, (_, index) =>
      store.record([{ key: token(`free ${index}`), mark: someMark() }]),
    )
    expect(await settlesWithin(Promise.all(together), soonMs)).toBe(true)
    expect(await Promise.all(together)).toEqual(together.map(() => [true]))
    expect(await settlesWithin(waiting, 200)).toBe(false)
    // Later ones are not behind it either.
    expect(await settlesWithin(store.record([{ key: token('later'), mark: someMark() }]), soonMs)).toBe(true)

    await commit()
    expect(await waiting).toEqual([true])
    const [found] = await store.find([token('held')])
    expect(found?.mark.cutoff).toBe(2)
  })

  test('many records of the same key use two connections at most', async () => {
    const { store, pool, schema } = await useStore(database)
    const { transaction, rollBack } = await beginOn(usePool(database.server.url))
    await store.within(transaction as never).record([{ key: token('held'), mark: someMark() }])
    const waiting = Array.from({ length: 50 }, () => store.record([{ key: token('held'), mark: someMark() }]))
    expect(await settlesWithin(Promise.any(waiting), 300)).toBe(false)
    expect(pool.totalCount - pool.idleCount).toBeLessThanOrEqual(3)
    const other = postgresStore(pool, { schema })
    expect(await settlesWithin(Promise.resolve(other.find([token('held')])), soonMs)).toBe(true)
    await rollBack()
    const results = (await Promise.all(waiting)).flat()
    expect(results.filter(Boolean)).toHaveLength(1)
  })

  test('other services agree on their settings, although it was the first to do so', async () => {
    const { store, pool } = await useStore(database)
    const settings = { maxTokenLifetime: 1_000, clockTolerance: 10, claims: [] }
    const { transaction, commit } = await beginOn(pool)
    await store.within(transaction as never).agree(settings)
    expect(await settlesWithin(store.agree({ ...settings, maxTokenLifetime: 2_000 }), soonMs)).toBe(true)
    await commit()
    expect((await store.agree(settings)).maxTokenLifetime).toBe(2_000)
  })

  test('it agrees by itself if the pool has no other connection', async () => {
    const { store, pool } = await useStore(database, { max: 1 })
    const { transaction, commit } = await beginOn(pool)
    const settings = { maxTokenLifetime: 1_000, clockTolerance: 10, claims: [] }
    expect(await store.within(transaction as never).agree(settings)).toMatchObject(settings)
    await commit()
    expect(await store.agree(settings)).toMatchObject(settings)
  })

  test('backups do not slow down the reads of the log', async () => {
    const { store, pool, schema } = await useStore(database)
    // A backup holds one snapshot, and writes nothing.
    const { transaction, commit } = await beginOn(usePool(database.server.url), 'ISOLATION LEVEL REPEATABLE READ')
    const snapshot = transaction as { query(sql: string): Promise<unknown> }
    await snapshot.query(`SELECT count(*) FROM ${schema}.marks`)
    const marks = Array.from({ length: 5_000 }, (_, index) => ({ key: token(`t${index}`), mark: someMark() }))
    const { position: start } = await store.read(0)
    await store.record(marks)
    const first = await store.read(0, start)
    expect(first.reset).toBe(false)

    const after = JSON.stringify(first.position)
    const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT ${schema}.read_log('${after}', '10000')`
    const { rows } = await pool.query<{ 'QUERY PLAN': readonly { Plan: { 'Shared Hit Blocks': number } }[] }>(explain)
    // The rows that were pending fill some 100 pages.
    expect(rows[0]?.['QUERY PLAN'][0]?.Plan['Shared Hit Blocks']).toBeLessThan(60)
    await commit()
  })
})

describe('within a transaction', () => {
  test('a client without an open transaction is refused', async () => {
    const { store, pool } = await useStore(database)
    const client = await pool.connect()
    try {
      const inside = store.within(client)
      await expect(inside.record([{ key: token('a'), mark: someMark() }])).rejects.toMatchObject({ code: '25P01' })
      await expect(inside.forget([token('a')])).rejects.toMatchObject({ code: '25P01' })
    } finally {
      client.release()
    }
    expect(await store.find([token('a')])).toEqual([])
  })

  test('a pool is refused', async () => {
    const { store, pool } = await useStore(database)
    expect(() => store.within(pool as never)).toThrow(TypeError)
  })

  for (const isolation of ['REPEATABLE READ', 'SERIALIZABLE']) {
    test(`${isolation}: a mark that others have changed since is not lost, but refused`, async () => {
      const { store, pool } = await useStore(database)
      const { transaction, rollBack } = await beginOn(pool, `ISOLATION LEVEL ${isolation}`)
      const client = transaction as { query(sql: string): Promise<unknown> }
      await client.query('SELECT 1')
      await store.record([{ key: token('a'), mark: someMark({ cutoff: 1 }) }])
      await expect(
        store.within(transaction as never).record([{ key: token('a'), mark: someMark({ cutoff: 2 }) }]),
      ).rejects.toMatchObject({ code: '40001', message: expect.stringContaining('repeat the transaction') })
      await rollBack()
      const [found] = await store.find([token('a')])
      expect(found?.mark.cutoff).toBe(1)
    })
  }

  test('a store works over clients whose transactions are serializable by default', async () => {
    const { schema } = await useStore(database)
    const pool = usePool(database.server.url, { options: '-c default_transaction_isolation=serializable' })
    const store = postgresStore(pool, { schema })
    const { position: start } = await store.read(0)
    const recording = Array.from({ length: 60 }, (_, index) =>
      store.record([{ key: token(`t${index % 20}`), mark: someMark({ cutoff: index }) }]),
    )
    const reading = Array.from({ length: 20 }, () => store.read(0, start))
    await Promise.all([...recording, ...reading])
    await eventually(async () => {
      const page = await store.read(0, start)
      return !page.reset && page.complete && new Set(page.entries.map(({ key }) => key.value)).size === 20
    }, 'the log has all keys')
  })
})
