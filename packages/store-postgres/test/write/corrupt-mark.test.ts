import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { someMark, token } from '../support/samples.ts'
import { useStore } from '../support/use-store.ts'

const database = useDatabase({ fsync: 'off' })

test('a corrupt mark fails those who write its key, and nobody who writes beside them', async () => {
  const { store, pool, schema } = await useStore(database)
  await store.record([{ key: token('corrupt'), mark: someMark() }])
  await pool.query(`UPDATE ${schema}.marks SET mark = 'no mark' WHERE value = 'corrupt'`)
  const names = ['a', 'b', 'corrupt', 'c', 'd']
  const records = await Promise.allSettled(
    names.map(async (name) => await store.record([{ key: token(name), mark: someMark() }])),
  )
  const others = { status: 'fulfilled', value: [true] }
  const failed = { status: 'rejected', reason: expect.objectContaining({ code: 'ERR_CORRUPT_MARK' }) }
  expect(records).toEqual([others, others, failed, others, others])
  expect(await store.find(['a', 'b', 'c', 'd'].map(token))).toHaveLength(4)
})

test('a corrupt mark fails the checks of its key, and no check beside them', async () => {
  const { store, pool, schema } = await useStore(database)
  await store.record(['a', 'corrupt'].map((name) => ({ key: token(name), mark: someMark() })))
  await pool.query(`UPDATE ${schema}.marks SET mark = 'no mark' WHERE value = 'corrupt'`)
  const [other, corrupt] = await Promise.allSettled([store.find([token('a')]), store.find([token('corrupt')])])
  expect(other).toMatchObject({ status: 'fulfilled', value: [{ key: token('a') }] })
  expect(corrupt).toMatchObject({ status: 'rejected', reason: { code: 'ERR_CORRUPT_MARK' } })
})
