import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@revoked/testing'
import {
  type Pgbouncer,
  type PgbouncerOptions,
  type PostgresServer,
  startPgbouncer,
  startPostgres,
} from '@revoked/testing/postgres'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { findPgbouncer } from '../../src/postgres/pgbouncer-binary.ts'
import { isRunning } from '../../src/servers/is-running.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-pgbouncer-search-'))
let server: PostgresServer
const started: Pgbouncer[] = []
const clients: pg.Client[] = []

beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterEach(async () => {
  await Promise.all(started.splice(0).map((pooler) => pooler.stop()))
  await Promise.all(clients.splice(0).map((client) => client.end()))
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

async function start(options?: PgbouncerOptions): Promise<Pgbouncer> {
  const pooler = await startPgbouncer(server, options)
  started.push(pooler)
  return pooler
}

async function connect({ url }: { readonly url: string }): Promise<pg.Client> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  clients.push(client)
  return client
}

const options = { timeout: 30_000 }

describe('a pooler', options, () => {
  test('passes statements to its server, with values and errors', async () => {
    const pooler = await start()
    expect(pooler.port).not.toBe(server.port)
    await pooler.query('CREATE TABLE through (name text)')
    await pooler.query('INSERT INTO through VALUES ($1)', ['pooler'])
    expect(await server.query('SELECT * FROM through')).toEqual([{ name: 'pooler' }])
    await expect(pooler.query('SELECT no_such_column')).rejects.toThrow('no_such_column')
  })

  /** Listens through a pooler, and returns what arrives. A client of the server is sent as much. */
  async function listen(poolMode: 'session' | 'transaction'): Promise<string[]> {
    const [through, direct]: [string[], string[]] = [[], []]
    for (const [address, received] of [
      [await start({ poolMode }), through],
      [server, direct],
    ] as const) {
      const listener = await connect(address)
      listener.on('notification', ({ payload = '' }) => received.push(payload))
      await listener.query('LISTEN news')
    }
    for (let index = 0; index < 10; index += 1) await server.query(`NOTIFY news, '${index}'`)
    await eventually(() => direct.length === 10, 'the client of the server is notified')
    return through
  }

  test('of sessions passes notifications on', async () => {
    const received = await listen('session')
    await eventually(() => received.length === 10, 'the client of the pooler is notified')
  })

  test('of transactions passes none on', async () => {
    expect(await listen('transaction')).toEqual([])
  })

  test('of transactions gives a connection of the server to several clients', async () => {
    const pooler = await start({ settings: { default_pool_size: '1' } })
    const [first, second] = [await connect(pooler), await connect(pooler)]
    const pids = []
    for (const client of [first, second]) pids.push((await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid)
    expect(pids[0]).toBe(pids[1])
    // A session, which a client believes to be its own, is that of others.
    await first.query("SET application_name = 'of the first'")
    expect((await second.query('SHOW application_name')).rows).toEqual([{ application_name: 'of the first' }])
  })

  test('hangs from SIGSTOP to SIGCONT, while its server answers', async () => {
    const pooler = await start()
    pooler.kill('SIGSTOP')
    let hasAnswered = false
    const answer = pooler.query('SELECT 1').then(() => {
      hasAnswered = true
    })
    for (let round = 0; round < 10; round += 1) await server.query('SELECT 1')
    expect(hasAnswered).toBe(false)
    pooler.kill('SIGCONT')
    await answer
  })

  test('leaves no process and no folder after a stop', async () => {
    const pooler = await start()
    const client = await connect(pooler)
    let isCut = false
    client.on('end', () => {
      isCut = true
    })
    await pooler.stop()
    await eventually(() => isCut, 'its clients see the end')
    expect(isRunning(pooler.pid)).toBe(false)
    await expect(pooler.query('SELECT 1')).rejects.toThrow('ECONNREFUSED')
    await pooler.stop()
  })

  test('shows the end of its log if it does not start, and refuses a taken port', async () => {
    await expect(startPgbouncer(server, { settings: { pool_mode: 'never' } })).rejects.toThrow(
      /PgBouncer did not start.*never/s,
    )
    await expect(startPgbouncer(server, { port: server.port })).rejects.toThrow(`port ${server.port} is taken`)
  })
})

describe('the search of a pooler', options, () => {
  function program(says: string): string {
    const path = join(folder, 'pgbouncer')
    writeFileSync(path, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 })
    return path
  }

  test('takes the one that the environment names, or that of the PATH', async () => {
    const path = program('PgBouncer 1.24.1')
    const found = { path, version: '1.24.1' }
    expect(await findPgbouncer({ env: { REVOKED_PGBOUNCER: path, PATH: '/nowhere' } })).toEqual(found)
    expect(await findPgbouncer({ env: { PATH: `/nowhere:${folder}` } })).toEqual(found)
  })

  test('refuses another program', async () => {
    const path = program('another one')
    const search = findPgbouncer({ env: { REVOKED_PGBOUNCER: path } })
    await expect(search).rejects.toThrow(`REVOKED_PGBOUNCER=${path} is no PgBouncer: it says another one`)
  })

  test('names the package to install if there is none and apt-get fails', async () => {
    // A file where the cache should be.
    const cache = program('PgBouncer 1.24.1')
    const search = findPgbouncer({ env: { PATH: '/nowhere' }, cache })
    await expect(search).rejects.toThrow(/^There is no PgBouncer to start: .*apt-get install pgbouncer/)
    expect(existsSync(cache)).toBe(true)
  })
})
