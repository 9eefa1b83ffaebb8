import { existsSync } from 'node:fs'
import { eventually } from '@revoked/testing'
import {
  type PostgresReplica,
  type PostgresReplicaOptions,
  type PostgresServer,
  startPostgres,
  startPostgresReplica,
} from '@revoked/testing/postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isRunning } from '../../src/servers/is-running.ts'

const started: PostgresServer[] = []
let primary: PostgresServer
beforeEach(async () => {
  primary = await startPostgres()
  started.push(primary)
  await primary.query('CREATE TABLE kept (name text)')
  await primary.query("INSERT INTO kept VALUES ('before')")
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
})

async function startReplica(options?: PostgresReplicaOptions): Promise<PostgresReplica> {
  const replica = await startPostgresReplica(primary, options)
  started.push(replica)
  return replica
}

async function names(server: PostgresServer): Promise<unknown[]> {
  return (await server.query('SELECT name FROM kept ORDER BY name')).map(({ name }) => name)
}

describe('a replica', { timeout: 60_000 }, () => {
  test('has the data of its primary, follows it, and refuses writes', async () => {
    const replica = await startReplica()
    expect(await names(replica)).toEqual(['before'])
    await primary.query("INSERT INTO kept VALUES ('later')")
    await replica.catchUp()
    expect(await names(replica)).toEqual(['before', 'later'])
    await expect(replica.query("INSERT INTO kept VALUES ('here')")).rejects.toThrow('read-only transaction')
  })

  test('takes settings of its own, and is another server', async () => {
    const replica = await startReplica({ settings: { hot_standby_feedback: 'on' } })
    expect(await replica.query('SHOW hot_standby_feedback')).toEqual([{ hot_standby_feedback: 'on' }])
    expect(replica.port).not.toBe(primary.port)
    expect(replica.pid).not.toBe(primary.pid)
    await replica.stop()
    expect([isRunning(replica.pid), existsSync(replica.data), isRunning(primary.pid)]).toEqual([false, false, true])
  })

  test('follows again after a restart of either server', async () => {
    const replica = await startReplica()
    const { pid } = replica
    await primary.restart()
    await primary.query("INSERT INTO kept VALUES ('one')")
    await replica.catchUp()
    await replica.restart()
    expect(replica.pid).not.toBe(pid)
    await primary.query("INSERT INTO kept VALUES ('two')")
    await replica.catchUp()
    expect(await names(replica)).toEqual(['before', 'one', 'two'])
    await replica.restart({ keepsData: false })
    expect(await names(replica)).toEqual(['before', 'one', 'two'])
  })

  test('does not catch up while its replay is paused', async () => {
    const replica = await startReplica()
    await replica.query('SELECT pg_wal_replay_pause()')
    await primary.query("INSERT INTO kept VALUES ('later')")
    let hasCaughtUp = false
    const catchingUp = replica.catchUp().then(() => {
      hasCaughtUp = true
    })
    for (let round = 0; round < 10; round += 1) expect(await names(replica)).toEqual(['before'])
    expect(hasCaughtUp).toBe(false)
    await replica.query('SELECT pg_wal_replay_resume()')
    await catchingUp
    expect(await names(replica)).toEqual(['before', 'later'])
  })

  test('accepts writes after its promotion, and follows no longer', async () => {
    const replica = await startReplica()
    await replica.promote()
    await replica.query("INSERT INTO kept VALUES ('here')")
    await primary.query("INSERT INTO kept VALUES ('there')")
    expect(await names(replica)).toEqual(['before', 'here'])
    expect(await names(primary)).toEqual(['before', 'there'])
    await replica.restart()
    expect(await replica.query('SELECT pg_is_in_recovery() AS follows')).toEqual([{ follows: false }])
  })
})

describe('a primary that crashes', { timeout: 60_000 }, () => {
  /** Commits while the replica hangs. Returns true if the primary has acknowledged it. */
  async function commitsAlone(isSynchronous: boolean): Promise<boolean> {
    const replica = await startReplica({ isSynchronous })
    replica.kill('SIGSTOP')
    let acknowledged = false
    const insert = primary.query("INSERT INTO kept VALUES ('alone')").then(
      () => {
        acknowledged = true
      },
      (error: unknown) => error,
    )
    await eventually(async () => {
      const waiting = await primary.query("SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
      return acknowledged || waiting.length > 0
    }, 'the commit is acknowledged or waits')
    primary.kill('SIGKILL')
    await insert
    return acknowledged
  }

  test('has acknowledged what an asynchronous replica lacks', async () => {
    expect(await commitsAlone(false)).toBe(true)
  })

  test('has not acknowledged what a synchronous replica lacks', async () => {
    expect(await commitsAlone(true)).toBe(false)
  })

  test('loses nothing that a synchronous replica has acknowledged', async () => {
    const replica = await startReplica({ isSynchronous: true })
    for (let index = 0; index < 20; index += 1) await primary.query('INSERT INTO kept VALUES ($1)', [`row ${index}`])
    primary.kill('SIGKILL')
    await replica.promote()
    expect(await names(replica)).toHaveLength(21)
  })
})
