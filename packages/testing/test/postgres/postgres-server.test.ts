import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { eventually, startRedis } from '@revoked/testing'
import { type PostgresOptions, type PostgresServer, startPostgres } from '@revoked/testing/postgres'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { isRunning } from '../../src/servers/is-running.ts'

const started: PostgresServer[] = []
const clients: pg.Client[] = []
afterEach(async () => {
  // A client of a server that hangs could not say goodbye.
  await Promise.all(started.splice(0).map((server) => server.stop()))
  await Promise.all(clients.splice(0).map((client) => client.end()))
})

async function start(options?: PostgresOptions): Promise<PostgresServer> {
  const server = await startPostgres(options)
  started.push(server)
  return server
}

async function connect({ url }: PostgresServer): Promise<{ client: pg.Client; pid: number; isCut: () => boolean }> {
  const client = new pg.Client(url)
  let isCut = false
  client.on('error', () => undefined)
  client.on('end', () => {
    isCut = true
  })
  await client.connect()
  clients.push(client)
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return { client, pid: rows[0]?.pid ?? 0, isCut: () => isCut }
}

/** Returns the segments of shared memory of the system, by their ids. */
function segments(): ReadonlySet<string> {
  const lines = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n').slice(1)
  return new Set(lines.map((line) => line.trim().split(/\s+/)[1] ?? ''))
}

function segmentOf({ data }: PostgresServer): string {
  return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[6]?.trim().split(/\s+/)[1] ?? ''
}

// A start takes 0.3 s, and several at once on a busy machine take much longer.
const options = { timeout: 30_000 }

describe('a server', options, () => {
  test('answers at its address with rows, and takes values', async () => {
    const server = await start()
    expect(server.url).toBe(`postgres://revoked@127.0.0.1:${server.port}/postgres`)
    expect(await server.query('SELECT 1 AS one, NULL AS none')).toEqual([{ one: 1, none: null }])
    expect(await server.query('SELECT $1::text AS name', ['grüße'])).toEqual([{ name: 'grüße' }])
    await expect(server.query('SELECT no_such_column')).rejects.toThrow('no_such_column')
  })

  test('has the defaults of users for durability, and takes other settings', async () => {
    const sql = `SELECT name, setting FROM pg_settings WHERE name = ANY ($1) ORDER BY name`
    const names = ['fsync', 'max_connections', 'synchronous_commit']
    const settingsOf = async (server: PostgresServer): Promise<unknown[]> =>
      (await server.query(sql, [names])).map(({ setting }) => setting)
    expect(await settingsOf(await start())).toEqual(['on', '100', 'on'])
    const other = await start({ settings: { fsync: 'off', max_connections: '12', 'revoked.name': "it's" } })
    expect(await settingsOf(other)).toEqual(['off', '12', 'on'])
    expect(await other.query("SELECT current_setting('revoked.name') AS name")).toEqual([{ name: "it's" }])
  })

  test('ignores the variables of the environment that configure clients and servers', async () => {
    const before = { ...process.env }
    Object.assign(process.env, {
      PGUSER: 'nobody',
      PGOPTIONS: '-c default_transaction_read_only=on',
      PGSSLMODE: 'require',
    })
    try {
      const server = await start()
      await server.query('CREATE TABLE written ()')
    } finally {
      process.env = before
    }
  })

  test('leaves no process, folder or shared memory after a stop, even if it hangs', async () => {
    const server = await start()
    const { pid } = await connect(server)
    const { pid: main, data } = server
    const segment = segmentOf(server)
    expect([isRunning(main), isRunning(pid), existsSync(data), segments().has(segment)]).toEqual(Array(4).fill(true))
    server.kill('SIGSTOP')
    await server.stop()
    expect([isRunning(main), isRunning(pid), existsSync(dirname(data))]).toEqual([false, false, false])
    expect(segments()).not.toContain(segment)
    await server.stop()
    await expect(server.query('SELECT 1')).rejects.toThrow('ECONNREFUSED')
  })

  test('hangs with its connections from SIGSTOP to SIGCONT', async () => {
    const server = await start()
    const { client, isCut } = await connect(server)
    server.kill('SIGSTOP')
    let answered = 0
    const count = (): void => {
      answered += 1
    }
    const answers = [client.query('SELECT 1').then(count), server.query('SELECT 1').then(count)]
    // A server that runs answers many times over by then.
    const other = await startRedis()
    for (let round = 0; round < 200; round += 1) await other.command('PING')
    await other.stop()
    expect([answered, isCut()]).toEqual([0, false])
    server.kill('SIGCONT')
    await Promise.all(answers)
    expect(answered).toBe(2)
  })

  test('crashes with every connection, even with one that is busy', async () => {
    const server = await start()
    const { client, pid, isCut } = await connect(server)
    const busy = client.query('DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$').catch((error: unknown) => String(error))
    server.kill('SIGKILL')
    await eventually(() => isCut() && !isRunning(server.pid) && !isRunning(pid), 'every process is gone')
    expect(await busy).toMatch(/terminated|ECONNRESET/)
    await expect(server.query('SELECT 1')).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a restart', options, () => {
  test('keeps what was committed, and drops the rest', async () => {
    const server = await start({ settings: { max_connections: '12' } })
    const { pid, port } = server
    await server.query('CREATE TABLE kept (name text)')
    await server.query("INSERT INTO kept VALUES ('committed')")
    const { client, isCut } = await connect(server)
    await client.query("BEGIN; INSERT INTO kept VALUES ('open')")
    await server.restart()
    await eventually(isCut, 'the connection has ended')
    expect([server.port, isRunning(pid)]).toEqual([port, false])
    expect(server.pid).not.toBe(pid)
    expect(await server.query('SELECT name FROM kept')).toEqual([{ name: 'committed' }])
    expect(await server.query('SHOW max_connections')).toEqual([{ max_connections: '12' }])
  })

  test('without data has the settings, and nothing else', async () => {
    const server = await start({ settings: { max_connections: '12' } })
    await server.query('CREATE TABLE dropped ()')
    await server.restart({ keepsData: false })
    expect(await server.query("SELECT to_regclass('dropped') AS found")).toEqual([{ found: null }])
    expect(await server.query('SHOW max_connections')).toEqual([{ max_connections: '12' }])
  })

  test.each(['SIGKILL', 'SIGQUIT', 'SIGINT'] as const)('works after the server has ended by %s', async (signal) => {
    const server = await start()
    await server.query('CREATE TABLE kept ()')
    const { isCut } = await connect(server)
    const { pid } = server
    server.kill(signal)
    await eventually(() => isCut() && !isRunning(pid), 'the server is gone')
    await server.restart()
    expect(await server.query('SELECT * FROM kept')).toEqual([])
  })
})

describe('a start', options, () => {
  test('that fails shows the end of the log, and leaves no folder', async () => {
    const before = process.env['TMPDIR']
    const temporary = mkdtempSync(join(tmpdir(), 'revoked-temporary-'))
    // The account of servers has to enter it.
    chmodSync(temporary, 0o755)
    process.env['TMPDIR'] = temporary
    try {
      const failing = startPostgres({ settings: { no_such_setting: 'yes' } })
      await expect(failing).rejects.toThrow(/did not start.*no_such_setting/s)
      expect(readdirSync(temporary)).toEqual([])
    } finally {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
      rmSync(temporary, { recursive: true })
    }
  })

  test('on a taken port is refused', async () => {
    const { port } = await start()
    await expect(startPostgres({ port })).rejects.toThrow(`port ${port} is taken`)
  })

  test('on a port that another program has is refused', async () => {
    const intruder = createServer().listen(0, '127.0.0.1')
    await eventually(() => intruder.listening, 'the intruder listens')
    const address = intruder.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(startPostgres({ port })).rejects.toThrow(`port ${port} is taken`)
    intruder.close()
  })

  test('of many servers at once gives each a different port', async () => {
    const servers = await Promise.all(Array.from({ length: 5 }, () => start({ settings: { fsync: 'off' } })))
    expect(new Set(servers.map(({ port }) => port)).size).toBe(5)
    for (const { port } of servers) expect(port).not.toBe(5432)
    await Promise.all(servers.map((server) => server.query(`CREATE TABLE port_${server.port} ()`)))
    for (const server of servers) {
      const tables = await server.query("SELECT relname FROM pg_class WHERE relname LIKE 'port%'")
      expect(tables).toEqual([{ relname: `port_${server.port}` }])
    }
  })
})
