export type { PostgresBinaries } from './postgres-binaries.ts'
export { type PostgresReplica, type PostgresReplicaOptions, startPostgresReplica } from './postgres-replica.ts'
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres-server.ts'
export type { PostgresRow } from './query-once.ts'
