export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres-server.ts'
export type { PostgresRow } from './query-once.ts'
