import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { eventually } from '../servers/eventually.ts'
import { runProgram } from '../servers/run-command.ts'
import { databaseUser } from './data-folder.ts'
import { startWith } from './postgres-account.ts'
import { type PostgresOptions, type PostgresServer, startPostgres } from './postgres-server.ts'

/** A streaming replica. It answers queries, and refuses writes until it is promoted. */
export interface PostgresReplica extends PostgresServer {
  /** Resolves when the replica has everything that its primary has committed by now. */
  readonly catchUp: () => Promise<void>
  /**
   * Makes the replica a primary. Resolves when it accepts writes. The old primary is not stopped:
   * kill it first, unless a split is what a test is about.
   */
  readonly promote: () => Promise<void>
}

/** Options for {@link startPostgresReplica}. */
export interface PostgresReplicaOptions extends Pick<PostgresOptions, 'settings' | 'port'> {
  /**
   * Makes a commit on the primary wait until this replica has written it. Without the replica,
   * commits hang. Default: false.
   */
  readonly isSynchronous?: boolean
}

const catchUpMs = 30_000

/** Starts a replica with the data of a server, which it follows. It ends with this process. */
export async function startPostgresReplica(
  primary: PostgresServer,
  options: PostgresReplicaOptions = {},
): Promise<PostgresReplica> {
  const { settings, port, isSynchronous = false } = options
  const name = `replica_${randomBytes(6).toString('hex')}`
  const server = await startPostgres({
    ...(port === undefined ? {} : { port }),
    binaries: primary.binaries,
    // By default it would wait for five seconds after a restart of the primary.
    settings: { wal_retrieve_retry_interval: '100ms', ...settings },
    createData: (data) => copyData(primary, name, data),
  })
  const replica: PostgresReplica = {
    ...server,
    get pid() {
      return server.pid
    },
    catchUp: () => catchUp(primary, server),
    promote: () => promote(server),
  }
  try {
    if (isSynchronous) await waitFor(primary, name)
    return replica
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Copies the data of a running server. The primary keeps what the copy has not received yet. */
async function copyData(primary: PostgresServer, name: string, data: string): Promise<void> {
  const slot = `${name}_${randomBytes(3).toString('hex')}`
  const { port } = primary
  const address = `host=127.0.0.1 port=${port} user=${databaseUser} application_name=${name} sslmode=disable`
  const fast = ['--checkpoint=fast', '--no-sync', '--write-recovery-conf']
  const args = ['-D', data, '-d', address, '--create-slot', `--slot=${slot}`, ...fast]
  await runProgram(primary.binaries.path('pg_basebackup'), dirname(data), startWith(args))
}

async function waitFor(primary: PostgresServer, name: string): Promise<void> {
  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`)
  await primary.query('SELECT pg_reload_conf()')
  await eventually(
    async () => {
      const sql = "SELECT FROM pg_stat_replication WHERE application_name = $1 AND sync_state = 'sync'"
      return (await primary.query(sql, [name])).length > 0
    },
    'commits wait for the replica',
    catchUpMs,
  )
}

async function catchUp(primary: PostgresServer, server: PostgresServer): Promise<void> {
  const [row] = await primary.query('SELECT pg_current_wal_flush_lsn()::text AS position')
  await eventually(
    async () => {
      const [answer] = await server.query('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS has', [row?.['position']])
      return answer?.['has'] === true
    },
    'the replica has the commits of the primary',
    catchUpMs,
  )
}

async function promote(server: PostgresServer): Promise<void> {
  const [row] = await server.query('SELECT pg_promote(true, 60) AS done')
  if (row?.['done'] !== true) throw new Error('the replica was not promoted within 60 seconds')
}
