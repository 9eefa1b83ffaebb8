import { logCases, sessionCases, storeCases, transactionCases } from '@revoked/conformance'
import { describeCases } from '@revoked/testing/describe-cases'
import { type Pgbouncer, startPgbouncer } from '@revoked/testing/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diagnosePostgres } from '../../src/diagnose/index.ts'
import { migrate, postgresSessions, postgresStore } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { drivers, type OpenedClient } from '../support/drivers.ts'
import { openStores } from '../support/open-stores.ts'
import { someMark, token } from '../support/samples.ts'
import { usePool } from '../support/use-store.ts'

const database = useDatabase({ synchronous_commit: 'local' })

let pooler: Pgbouncer | undefined
beforeAll(async () => {
  // Few connections of the server for many clients, so that each statement meets another one.
  pooler = await startPgbouncer(database.server, { poolMode: 'transaction', settings: { default_pool_size: '3' } })
}, 60_000)
afterAll(async () => {
  await pooler?.stop()
})

function poolerUrl(): string {
  if (pooler === undefined) throw new Error('The pooler is not started yet.')
  return pooler.url
}

/** Cases of pushes: the pooler drops notifications. */
const isPush = /^pushes |^calls no listener after close|^stays closed/

for (const driver of drivers.filter(({ name }) => name !== 'a client of pg')) {
  describe(`over ${driver.name}, through PgBouncer in transaction mode`, () => {
    let clients: readonly [OpenedClient, OpenedClient] | undefined
    beforeAll(() => {
      const url = poolerUrl()
      clients = [driver.open(url, { isPooled: true }), driver.open(url, { isPooled: true })]
    })
    afterAll(async () => {
      for (const client of clients ?? []) await client.close()
    })
    const opened = () => clients as readonly [OpenedClient, OpenedClient]
    const open = () => openStores(database, opened())
    const openShort = async () => ({ ...(await openStores(database, opened(), { logLength: 10 })), logLength: 10 })
    const openSessions = async () => {
      const schema = database.newSchema()
      await migrate(opened()[1].client, { schema })
      const [store, peer] = opened().map(({ client }) => postgresSessions(client, { schema }))
      if (store === undefined || peer === undefined) throw new Error('There are two clients.')
      return { store, peer }
    }

    describeCases('a store', storeCases, { open })
    describeCases(
      'its change log',
      logCases.filter(({ name }) => !isPush.test(name)),
      { open, openShort },
    )
    describeCases('a transaction of the application', transactionCases, { open })
    describeCases('a store of sessions', sessionCases, { open: openSessions })
  })
}

test('statements that were prepared elsewhere are given up, and nothing fails', async () => {
  const schema = database.newSchema()
  const pool = usePool(poolerUrl(), { max: 10 })
  await migrate(pool, { schema })
  const store = postgresStore(pool, { schema })
  const recording = Array.from({ length: 200 }, async (_, index) => {
    await store.record([{ key: token(`${index}`), mark: someMark() }])
    return (await store.find([token(`${index}`)])).length
  })
  expect(await Promise.all(recording)).toEqual(recording.map(() => 1))
})

test('diagnosePostgres says that notifications do not arrive', async () => {
  const schema = database.newSchema()
  const pool = usePool(poolerUrl(), { query_timeout: 5_000, connectionTimeoutMillis: 2_000 })
  await migrate(pool, { schema })
  expect(await diagnosePostgres(pool, { schema })).toMatchObject([{ level: 'warning', code: 'no-wake-ups' }])
})
