import { createRevocation } from '@revoked/core'
import { expect, test } from 'vitest'
import { type PostgresExecutor, postgresSessions, postgresStore } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { someMark, token } from '../support/samples.ts'
import { useStore } from '../support/use-store.ts'

const database = useDatabase({ fsync: 'off' })

type Rows = readonly Readonly<Record<string, unknown>>[]

/** What clients make of the rows of a statement if they are not as an executor returns them. */
const wrongShapes: Readonly<Record<string, (rows: Rows) => unknown>> = {
  'no rows': () => [],
  'the result of the driver, with its rows inside': (rows) => ({ rows }),
  'an array for each row': (rows) => rows.map(Object.values),
  'names of columns in capitals': (rows) => rows.map(({ result }) => ({ RESULT: result })),
  'the first row alone': ([row]) => row,
  'a parsed result': (rows) => rows.map(({ result }) => ({ result: JSON.parse(String(result)) })),
  nothing: () => undefined,
}

async function useWrongShape(reshape: (rows: Rows) => unknown) {
  const { store, pool, schema } = await useStore(database)
  await store.record([{ key: token('a1'), mark: someMark() }])
  const executor: PostgresExecutor = {
    execute: async (sql, values) => reshape((await pool.query(sql, [...values])).rows) as Rows,
  }
  return { executor, schema }
}

for (const [name, reshape] of Object.entries(wrongShapes)) {
  test(`rejects if the client returns ${name}, and finds nothing unrevoked`, async () => {
    const { executor, schema } = await useWrongShape(reshape)
    const store = postgresStore(executor, { schema })
    const unexpected = expect.objectContaining({ code: 'UNEXPECTED_RESULT' })
    await expect(store.find([token('a1')])).rejects.toEqual(unexpected)
    await expect(store.scan(0)[Symbol.asyncIterator]().next()).rejects.toEqual(unexpected)
    await expect(store.read(0)).rejects.toEqual(unexpected)
    await expect(postgresSessions(executor, { schema }).list('ada')).rejects.toEqual(unexpected)
    const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
    const issuedAt = Math.floor(Date.now() / 1_000)
    const verdict = await revocation.check({ sub: 'ada', jti: 'a1', iat: issuedAt, exp: issuedAt + 60 })
    expect(verdict).toMatchObject({ allowed: false, status: 'unavailable' })
  })
}
