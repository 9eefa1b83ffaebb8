import { eventually } from '@revoked/testing'
import { type PostgresReplica, startPostgres, startPostgresReplica } from '@revoked/testing/postgres'
import { expect, onTestFinished, test } from 'vitest'
import { diagnosePostgres } from '../../src/diagnose/index.ts'
import { migrate, postgresSessions, postgresStore } from '../../src/index.ts'
import { settlesWithin, someMark, token } from '../support/samples.ts'
import { usePool } from '../support/use-store.ts'

/** Starts a primary with the tables, and a replica of it. */
async function startPair(isSynchronous: boolean) {
  const primary = await startPostgres()
  onTestFinished(primary.stop)
  const pool = usePool(primary.url)
  await migrate(pool)
  const replica = await startPostgresReplica(primary, { isSynchronous })
  onTestFinished(replica.stop)
  return { primary, replica, store: postgresStore(pool), onReplica: usePool(replica.url) }
}

/** Ends the replication for good: what the primary does from here on does not arrive. */
async function endReplication(replica: PostgresReplica): Promise<void> {
  await replica.query(`ALTER SYSTEM SET primary_conninfo = ''`)
  await replica.query('SELECT pg_reload_conf()')
  const hasEnded = async () => (await replica.query('SELECT pid FROM pg_stat_wal_receiver')).length === 0
  await eventually(hasEnded, 'nothing arrives from the primary')
}

test('every call over a replica is refused, until it is promoted', { timeout: 60_000 }, async () => {
  const { primary, replica, store, onReplica } = await startPair(false)
  await store.record([{ key: token('a'), mark: someMark() }])
  await store.read(0)
  // The option is kept at the first use, which is a write.
  await postgresSessions(usePool(primary.url)).count('ada')
  await replica.catchUp()
  const replicated = postgresStore(onReplica)
  const sessions = postgresSessions(onReplica)
  const calls: readonly (() => unknown)[] = [
    () => replicated.find([token('a')]),
    () => replicated.record([{ key: token('b'), mark: someMark() }]),
    () => replicated.forget([token('a')]),
    () => replicated.read(0),
    () => replicated.scan(0)[Symbol.asyncIterator]().next(),
    () => replicated.agree({ maxTokenLifetime: 1_000, clockTolerance: 10, claims: [] }),
    () => sessions.find([{ subject: 'ada', id: 's' }]),
    () => sessions.list('ada'),
    () => sessions.count('ada'),
    () => sessions.close('ada', ['s']),
  ]
  for (const call of calls) await expect((async () => await call())()).rejects.toMatchObject({ code: '25006' })
  expect((await diagnosePostgres(onReplica)).map(({ code }) => code)).toContain('replica')

  await primary.stop()
  await replica.promote()
  expect(await replicated.find([token('a')])).toHaveLength(1)
  expect(await replicated.record([{ key: token('b'), mark: someMark() }])).toEqual([true])
})

test('a failover that loses the tail resets followers', { timeout: 60_000 }, async () => {
  const { primary, replica, store, onReplica } = await startPair(false)
  await store.record([{ key: token('a'), mark: someMark() }])
  await store.read(0)
  await replica.catchUp()
  const { position: common } = await store.read(0)
  await replica.catchUp()
  await endReplication(replica)
  await store.record([{ key: token('lost'), mark: someMark() }])
  const { position: ahead } = await store.read(0)
  await primary.stop()
  await replica.promote()
  const promoted = postgresStore(onReplica)
  expect(await promoted.find([token('lost')])).toEqual([])
  await promoted.record([{ key: token('b'), mark: someMark() }])
  expect(await promoted.read(0, ahead)).toMatchObject({ reset: true })
  expect(await promoted.read(0, common)).toMatchObject({ reset: false, entries: [{ key: token('b') }] })
})

test('a failover that loses nothing lets followers read on', { timeout: 60_000 }, async () => {
  const { primary, replica, store, onReplica } = await startPair(false)
  await store.record([{ key: token('a'), mark: someMark() }])
  const { position } = await store.read(0)
  await replica.catchUp()
  await primary.stop()
  await replica.promote()
  const promoted = postgresStore(onReplica)
  expect(await promoted.find([token('a')])).toHaveLength(1)
  expect(await promoted.read(0, position)).toMatchObject({ reset: false, entries: [] })
})

test('a primary that waits for a replica in vain is not believed', { timeout: 60_000 }, async () => {
  const { replica, store } = await startPair(true)
  const { position } = await store.read(0)
  expect(await store.record([{ key: token('a'), mark: someMark() }])).toEqual([true])
  expect(await store.read(0, position)).toMatchObject({ reset: false, entries: [{ key: token('a') }] })

  replica.kill('SIGSTOP')
  try {
    const recording = store.record([{ key: token('b'), mark: someMark() }])
    expect(await settlesWithin(recording, 300)).toBe(false)
    const reading = store.read(0, position)
    expect(await settlesWithin(reading, 500)).toBe(false)
    replica.kill('SIGCONT')
    expect(await recording).toEqual([true])
    await reading
  } finally {
    replica.kill('SIGCONT')
  }
  expect((await store.find([token('b')])).length).toBe(1)
})
