import { eventually } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { someMark, token } from '../support/samples.ts'
import { useStore } from '../support/use-store.ts'

const database = useDatabase({ fsync: 'off' })

async function useSubscription() {
  const used = await useStore(database)
  let wakes = 0
  const listener = { entries: () => undefined, wake: () => void wakes++ }
  const subscription = used.store.subscribe(0, listener)
  onTestFinished(() => subscription.close())
  await eventually(() => subscription.status().isOpen, 'the subscription opens')
  return { ...used, subscription, wakes: () => wakes }
}

const listenersOf = (schema: string) =>
  database.server.query("SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN \"' || $1 || '.changes\"'", [schema])

test('a listener that is terminated connects again, and wakes its followers then', async () => {
  const { schema, subscription, wakes } = await useSubscription()
  const [before] = await listenersOf(schema)
  const wakesBefore = wakes()
  await database.server.query('SELECT pg_terminate_backend($1)', [before?.['pid']])
  await eventually(async () => {
    const [now] = await listenersOf(schema)
    return now !== undefined && now['pid'] !== before?.['pid'] && subscription.status().isOpen
  }, 'another connection listens')
  expect(wakes()).toBeGreaterThan(wakesBefore)
  expect(subscription.status().lastFailure).toBeInstanceOf(Error)
})

test('all subscriptions of a store share a connection, which ends with the last of them', async () => {
  const { store, schema, subscription } = await useSubscription()
  const another = store.subscribe(0, { entries: () => undefined, wake: () => undefined })
  expect(await listenersOf(schema)).toHaveLength(1)
  subscription.close()
  expect(await listenersOf(schema)).toHaveLength(1)
  another.close()
  await eventually(async () => (await listenersOf(schema)).length === 0, 'nobody listens any more')
})

test('records are acknowledged although every NOTIFY fails', async () => {
  const { store, schema, pool } = await useSubscription()
  await pool.query(`CREATE OR REPLACE FUNCTION ${schema}.wake_up() RETURNS text LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'too many notifications in the NOTIFY queue' USING ERRCODE = '54000'; END $$`)
  const { position } = await store.read(0)
  expect(await store.record([{ key: token('a'), mark: someMark() }])).toEqual([true])
  expect(await store.read(0, position)).toMatchObject({ reset: false, entries: [{ key: token('a') }] })
})

test('many records send few notifications', async () => {
  const { store, wakes } = await useSubscription()
  const before = wakes()
  await Promise.all(
    Array.from({ length: 2_000 }, (_, index) => store.record([{ key: token(`${index}`), mark: someMark() }])),
  )
  await eventually(() => wakes() > before, 'a wake-up arrives')
  expect(wakes() - before).toBeLessThan(200)
})
