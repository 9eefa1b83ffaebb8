import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { launchProgram, type ServerSignal } from '../servers/launch-server.ts'
import { onFreePort } from '../servers/on-free-port.ts'
import { type Guarded, runGuarded } from '../servers/run-guarded.ts'
import { createServerFolder, databaseUser } from './data-folder.ts'
import { pgbouncerBinary } from './pgbouncer-binary.ts'
import { startWith } from './postgres-account.ts'
import type { PostgresServer } from './postgres-server.ts'
import { type PostgresRow, queryOnce } from './query-once.ts'

/** A pooler between clients and a server of PostgreSQL. */
export interface Pgbouncer {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly url: string
  readonly pid: number
  /** Runs a statement over a new connection to the pooler. */
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<readonly PostgresRow[]>
  /** Signals the pooler: `SIGKILL` crashes it, `SIGSTOP` makes it hang, `SIGCONT` continues it. */
  readonly kill: (signal: ServerSignal) => void
  /** Ends the pooler and removes its folder. It may be called again. */
  readonly stop: () => Promise<void>
}

/** Options for {@link startPgbouncer}. */
export interface PgbouncerOptions {
  /** How long a client keeps a connection of the server. Default: for a transaction. */
  readonly poolMode?: 'session' | 'transaction' | 'statement'
  /** Additional settings, such as `{ default_pool_size: '1' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** The port. Default: a free one. */
  readonly port?: number
}

/** Starts a pooler in front of a server. It ends with this process at the latest. */
export async function startPgbouncer(server: PostgresServer, options: PgbouncerOptions = {}): Promise<Pgbouncer> {
  const { path } = await pgbouncerBinary()
  const folder = await createServerFolder()
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    return await onFreePort(options.port, async (port) => {
      const config = join(folder, 'pgbouncer.ini')
      await writeFile(join(folder, 'users.txt'), `"${databaseUser}" ""\n`)
      await writeFile(config, configText({ server, folder, port }, options))
      const guarded = await runGuarded({
        name: 'PgBouncer',
        folder,
        port,
        launch: () => launchProgram(path, folder, startWith([config])),
        answers: () => answers(port, config),
      })
      return poolerOf(port, guarded, removeFolder)
    })
  } catch (error) {
    await removeFolder()
    throw error
  }
}

interface Place {
  readonly server: PostgresServer
  readonly folder: string
  readonly port: number
}

function configText({ server, folder, port }: Place, { poolMode = 'transaction', settings }: PgbouncerOptions): string {
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: join(folder, 'users.txt'),
    admin_users: databaseUser,
    pool_mode: poolMode,
    // By default a server that was down is tried again after 15 seconds.
    server_login_retry: '0.1',
    ...settings,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}\n`)
  return `[databases]\n* = host=${server.host} port=${server.port}\n\n[pgbouncer]\n${lines.join('')}`
}

/** Returns true if the started pooler answers, which knows its file, and its server does. */
async function answers(port: number, config: string): Promise<boolean> {
  const settings = await queryOnce(port, 'SHOW CONFIG', { database: 'pgbouncer' })
  if (!settings.some(({ key, value }) => key === 'conffile' && value === config)) return false
  return (await queryOnce(port, 'SELECT 1')).length === 1
}

function poolerOf(port: number, { launched, dismiss }: Guarded, removeFolder: () => Promise<void>): Pgbouncer {
  return {
    host: '127.0.0.1',
    port,
    url: `postgres://${databaseUser}@127.0.0.1:${port}/postgres`,
    pid: launched.pid,
    query: (sql, values) => queryOnce(port, sql, { values }),
    kill: launched.kill,
    stop: async () => {
      await launched.end()
      await removeFolder()
      await dismiss()
    },
  }
}
