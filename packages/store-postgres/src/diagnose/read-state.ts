import type { PostgresPort } from '../clients/port.ts'

/** What the server says of itself and of the tables. */
export interface ServerState {
  /** Such as 150018 for 15.18. */
  readonly version: number
  readonly isReplica: boolean
  readonly isReadOnly: boolean
  readonly fsync: string
  readonly synchronousCommit: string
  readonly synchronousStandbys: string
  /** The number of replicas that are connected. */
  readonly replicas: number
  readonly statementTimeout: string
  readonly autovacuum: string
  /** The age of the oldest snapshot of another connection, in ms. */
  readonly oldestSnapshotMs: number | null
  /** The clock, in ms since the epoch. */
  readonly now: number
  /** The tables that are there, and what was refused of their rights. */
  readonly tables: readonly TableState[] | null
}

/** What the server says of a table. */
export interface TableState {
  readonly name: string
  readonly missingRights: readonly string[] | null
  readonly liveRows: number
  readonly deadRows: number
  readonly hasAutovacuum: boolean
}

/** The tables that the migrations create. */
export const tableNames = ['settings', 'marks', 'pending', 'log', 'feed', 'audit', 'sessions', 'subjects'] as const

/** Asks the server for its state, by one statement. */
export async function readState(port: PostgresPort, schema: string): Promise<ServerState> {
  return JSON.parse((await port.run(stateSql, [schema])) ?? '')
}

const rights = "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'])"

const stateSql = `
SELECT json_build_object(
  'version', current_setting('server_version_num')::integer,
  'isReplica', pg_is_in_recovery(),
  'isReadOnly', current_setting('transaction_read_only')::boolean,
  'fsync', current_setting('fsync'),
  'synchronousCommit', current_setting('synchronous_commit'),
  'synchronousStandbys', current_setting('synchronous_standby_names'),
  'replicas', (SELECT count(*) FROM pg_stat_replication),
  'statementTimeout', current_setting('statement_timeout'),
  'autovacuum', current_setting('autovacuum'),
  'oldestSnapshotMs', (
    SELECT max(extract(epoch FROM clock_timestamp() - xact_start)) * 1000 FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_xmin IS NOT NULL
  ),
  'now', extract(epoch FROM clock_timestamp()) * 1000,
  'tables', (
    SELECT json_agg(json_build_object(
      'name', c.relname,
      'missingRights', (
        SELECT json_agg(r) FROM ${rights} AS r
        WHERE NOT has_schema_privilege(c.relnamespace, 'USAGE') OR NOT has_table_privilege(c.oid, r)
      ),
      'liveRows', coalesce(s.n_live_tup, 0),
      'deadRows', coalesce(s.n_dead_tup, 0),
      'hasAutovacuum', NOT coalesce('autovacuum_enabled=false' = ANY (c.reloptions), false)
    ))
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_stat_user_tables AS s ON s.relid = c.oid
    WHERE n.nspname = $1::text AND c.relkind = 'r'
  )
)::text AS result`
