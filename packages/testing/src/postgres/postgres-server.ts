import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServerSignal } from '../servers/launch-server.ts'
import { onFreePort } from '../servers/on-free-port.ts'
import { createData, createServerFolder, databaseUser } from './data-folder.ts'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts'
import { type PostgresProcess, type PostgresRun, runPostgres } from './postgres-process.ts'
import { type PostgresRow, queryOnce } from './query-once.ts'

/** A real server of PostgreSQL that only the caller uses. */
export interface PostgresServer {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly url: string
  /** The id of the main process, which a restart changes. */
  readonly pid: number
  /** The folder of its data. */
  readonly data: string
  readonly binaries: PostgresBinaries
  /** Runs a statement over a new connection, as a user who may do everything. */
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<readonly PostgresRow[]>
  /**
   * Signals the server: `SIGKILL` crashes it with all its connections, `SIGSTOP` makes it hang with
   * them open, `SIGCONT` continues it. `SIGQUIT` is its immediate shutdown, `SIGINT` its fast one,
   * which tells clients the reason.
   */
  readonly kill: (signal: ServerSignal) => void
  /**
   * Crashes the server and starts it again on the same port: with what was committed, or without
   * data.
   */
  readonly restart: (options?: { readonly keepsData?: boolean }) => Promise<void>
  /** Kills the server and removes its folder. It may be called again. */
  readonly stop: () => Promise<void>
}

/** Options for {@link startPostgres}. */
export interface PostgresOptions {
  /** Additional settings, such as `{ max_connections: '20' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** The port. Default: a free one. */
  readonly port?: number
  /** The programs. Default: those of the machine, `postgresBinaries()`. */
  readonly binaries?: PostgresBinaries
  /** Creates the data, in a folder that does not exist yet. Default: that of a new server. */
  readonly createData?: (data: string) => Promise<void>
}

/** Starts a server on a free port. It ends with this process at the latest. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = options.binaries ?? (await postgresBinaries())
  const folder = await createServerFolder()
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    const { run, first } = await onFreePort(options.port, async (port) => {
      const run = { binaries, folder, port, data: join(folder, 'data') }
      await prepareData(run, options)
      return { run, first: await runPostgres(run) }
    })
    return serverOf({ run, first, options, removeFolder })
  } catch (error) {
    await removeFolder()
    throw error
  }
}

/** Creates the data anew, with the settings of the options. */
async function prepareData({ binaries, data, port }: PostgresRun, options: PostgresOptions): Promise<void> {
  await rm(data, { recursive: true, force: true })
  await (options.createData ?? ((target: string) => createData(binaries, target)))(data)
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // Small servers, of which several run at once. The other defaults are those of users.
    shared_buffers: '32MB',
    dynamic_shared_memory_type: 'mmap',
    ...options.settings,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
  await appendFile(join(data, 'postgresql.conf'), lines.join(''))
}

interface Started {
  readonly run: PostgresRun
  readonly first: PostgresProcess
  readonly options: PostgresOptions
  readonly removeFolder: () => Promise<void>
}

function serverOf({ run, first, options, removeFolder }: Started): PostgresServer {
  const { port, data, binaries } = run
  let current = first
  return {
    host: '127.0.0.1',
    port,
    url: `postgres://${databaseUser}@127.0.0.1:${port}/postgres`,
    get pid() {
      return current.pid
    },
    data,
    binaries,
    query: (sql, values) => queryOnce(port, sql, { values }),
    kill: (signal) => current.kill(signal),
    restart: async ({ keepsData = true } = {}) => {
      await current.end()
      if (!keepsData) await prepareData(run, options)
      current = await runPostgres(run)
    },
    stop: () => current.end(removeFolder),
  }
}
