import { eventually, type FaultProxy, startFaultProxy } from '@revoked/testing'
import { type PostgresServer, startPostgres } from '@revoked/testing/postgres'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

let server: PostgresServer
let proxy: FaultProxy
const clients: pg.Client[] = []

beforeAll(async () => {
  server = await startPostgres({ settings: { fsync: 'off' } })
  await server.query('CREATE TABLE written (name text)')
}, 60_000)
afterAll(() => server.stop())
beforeEach(async () => {
  proxy = await startFaultProxy(server.port)
})
afterEach(async () => {
  // A connection that is half-open cannot say goodbye.
  await proxy.stop()
  await Promise.all(clients.splice(0).map((client) => client.end()))
  await eventually(async () => (await backends()) === 0, 'the server has no connections')
  await server.query('TRUNCATE written')
})

interface Connected {
  readonly client: pg.Client
  readonly isClosed: () => boolean
  /** Runs a statement, and returns whether its answer has come. */
  readonly send: (sql: string) => () => boolean
}

async function connect(): Promise<Connected> {
  const client = new pg.Client({ host: '127.0.0.1', port: proxy.port, user: 'revoked', database: 'postgres' })
  clients.push(client)
  let isClosed = false
  client.on('error', () => undefined)
  client.on('end', () => {
    isClosed = true
  })
  await client.connect()
  const send = (sql: string) => {
    let hasAnswered = false
    client.query(sql).then(
      () => {
        hasAnswered = true
      },
      () => undefined,
    )
    return () => hasAnswered
  }
  return { client, isClosed: () => isClosed, send }
}

/** Returns the number of connections to the server beside that of the question. */
async function backends(): Promise<number> {
  const sql = "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
  return (await server.query(sql)).length
}

async function written(): Promise<unknown[]> {
  return (await server.query('SELECT name FROM written')).map(({ name }) => name)
}

describe('a proxy to PostgreSQL', { timeout: 20_000 }, () => {
  test('passes statements and answers of any size', async () => {
    const { client } = await connect()
    const value = 'x'.repeat(2_000_000)
    expect((await client.query('SELECT $1::text AS value', [value])).rows).toEqual([{ value }])
    expect([proxy.connections, await backends()]).toEqual([1, 1])
  })

  test('cuts every connection on both sides, and accepts new ones', async () => {
    const [first, second] = [await connect(), await connect()]
    proxy.cut()
    await eventually(() => first.isClosed() && second.isClosed(), 'the clients see the cut')
    await eventually(async () => (await backends()) === 0, 'the server sees the cut')
    const { client } = await connect()
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  test('rolls the open transaction of a cut connection back', async () => {
    const { client } = await connect()
    await client.query("BEGIN; INSERT INTO written VALUES ('open')")
    proxy.cut()
    await eventually(async () => (await backends()) === 0, 'the server sees the cut')
    expect(await written()).toEqual([])
  })

  test('refuses new connections, and keeps the old ones', async () => {
    const old = await connect()
    await proxy.refuse(true)
    await expect(connect()).rejects.toThrow('ECONNREFUSED')
    expect((await old.client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await proxy.refuse(false)
    await connect()
  })

  test('drops the answer to a commit that has happened', async () => {
    const { send, isClosed } = await connect()
    proxy.halfOpen('toClient')
    const hasAnswered = send("INSERT INTO written VALUES ('unanswered')")
    await eventually(async () => (await written()).length === 1, 'the commit')
    expect([hasAnswered(), isClosed()]).toEqual([false, false])
  })

  test('drops statements, but no notifications', async () => {
    const { client, send } = await connect()
    const received: string[] = []
    client.on('notification', ({ payload = '' }) => received.push(payload))
    await client.query('LISTEN news')
    proxy.halfOpen('toServer')
    const hasAnswered = send("INSERT INTO written VALUES ('dropped')")
    await server.query("NOTIFY news, 'still here'")
    await eventually(() => received.length > 0, 'the notification')
    expect([received, hasAnswered(), await written()]).toEqual([['still here'], false, []])
  })

  test('leaves a listener that is stranded for good without notifications or an end', async () => {
    const old = await connect()
    const received: string[] = []
    old.client.on('notification', ({ payload = '' }) => received.push(`old ${payload}`))
    await old.client.query('LISTEN news')
    proxy.strand()
    const fresh = await connect()
    fresh.client.on('notification', ({ payload = '' }) => received.push(`fresh ${payload}`))
    await fresh.client.query('LISTEN news')
    await server.query("NOTIFY news, 'hello'")
    await eventually(() => received.length > 0, 'the notification of the new listener')
    const hasAnswered = old.send('SELECT 1')
    await fresh.client.query('SELECT 1')
    expect([received, hasAnswered(), old.isClosed()]).toEqual([['fresh hello'], false, false])
  })

  test('delays each direction', async () => {
    const { client } = await connect()
    proxy.delay(60)
    const startAt = performance.now()
    await client.query('SELECT 1')
    expect(performance.now() - startAt).toBeGreaterThanOrEqual(120)
  })
})
