import { appendFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { eventually } from '../servers/eventually.ts'
import { freePort } from '../servers/free-port.ts'
import { launchProgram, type ServerSignal } from '../servers/launch-server.ts'
import { guardOrphan } from '../servers/orphan-guard.ts'
import { createData, createServerFolder, databaseUser } from './data-folder.ts'
import { postgresAccount } from './postgres-account.ts'
import { postgresBinaries } from './postgres-binaries.ts'

/** A row of a result. */
export type PostgresRow = Readonly<Record<string, unknown>>

/** A real server of PostgreSQL that only the caller uses. */
export interface PostgresServer {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly url: string
  /** The process id, which a restart changes. */
  readonly pid: number
  /** The folder of its data. */
  readonly data: string
  /** Runs a statement over a new connection. */
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<readonly PostgresRow[]>
  /** Signals the main process: `SIGQUIT` ends it as a crash does, with all connections. */
  readonly kill: (signal: ServerSignal) => void
  /** Crashes the server and starts it again on the same port, with what was committed. */
  readonly restart: () => Promise<void>
  /** Ends the server and removes its folder. It may be called again. */
  readonly stop: () => Promise<void>
}

/** Options for {@link startPostgres}. */
export interface PostgresOptions {
  /** Additional settings, such as `{ max_connections: '20' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /**
   * Creates the data in the folder, and returns where. Default: that of a new server.
   */
  readonly createData?: (folder: string) => Promise<string>
}

interface Running {
  readonly pid: number
  readonly kill: (signal: ServerSignal) => void
  readonly end: (cleanUp?: () => Promise<void>) => Promise<void>
}

interface Run {
  readonly folder: string
  readonly data: string
  readonly port: number
}

const startMs = 20_000

/** Starts a server on a free port. It ends with this process at the latest. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = await createServerFolder()
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    const data = await (options.createData ?? createData)(folder)
    const run = { folder, data, port: await freePort() }
    await appendFile(join(data, 'postgresql.conf'), settingsText({ ...baseSettings(run), ...options.settings }))
    return serverOf(run, await start(run), removeFolder)
  } catch (error) {
    await removeFolder()
    throw error
  }
}

function baseSettings({ folder, port }: Run): Readonly<Record<string, string>> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    // Small servers, of which several run at once.
    shared_buffers: '32MB',
    max_connections: '60',
    max_wal_senders: '4',
    wal_level: 'replica',
    hot_standby: 'on',
    log_min_messages: 'warning',
  }
}

function settingsText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('')
}

async function start({ folder, data, port }: Run): Promise<Running> {
  const path = (await postgresBinaries()).path('postgres')
  const guard = guardOrphan(folder)
  const launched = await launchProgram(path, folder, { args: ['-D', data], account: postgresAccount() })
  guard.watch(launched)
  const end = async (cleanUp?: () => Promise<void>): Promise<void> => {
    await launched.end('SIGQUIT')
    await cleanUp?.()
    await guard.dismiss()
  }
  const exited = launched.exited.then(() => 'exited' as const)
  try {
    const outcome = await eventually(() => Promise.race([exited, answers(port)]), 'PostgreSQL answers', startMs)
    if (outcome === 'exited') throw new Error('the server ended')
  } catch (cause) {
    const log = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '')
    await launched.end()
    await guard.dismiss()
    throw new Error(`PostgreSQL did not start. Its log ends:\n${log.slice(-2_000)}`, { cause })
  }
  return { pid: launched.pid, kill: launched.kill, end }
}

async function answers(port: number): Promise<boolean> {
  try {
    await query(port, 'SELECT 1')
    return true
  } catch {
    // It is starting. If it never answers, the caller reports its log.
    return false
  }
}

async function query(port: number, sql: string, values: readonly unknown[] = []): Promise<readonly PostgresRow[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: databaseUser, database: 'postgres' })
  // A server that ends reports it as an event, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<PostgresRow>(sql, [...values])
    return rows
  } finally {
    await client.end()
  }
}

function serverOf(run: Run, first: Running, removeFolder: () => Promise<void>): PostgresServer {
  const { port, data } = run
  let current = first
  let stopping: Promise<void> | undefined
  return {
    host: '127.0.0.1',
    port,
    url: `postgres://${databaseUser}@127.0.0.1:${port}/postgres`,
    get pid() {
      return current.pid
    },
    data,
    query: (sql, values) => query(port, sql, values),
    kill: (signal) => current.kill(signal),
    restart: async () => {
      await current.end()
      current = await start(run)
    },
    stop: () => {
      stopping ??= current.end(removeFolder)
      return stopping
    },
  }
}
