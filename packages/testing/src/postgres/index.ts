export { type PostgresOptions, type PostgresRow, type PostgresServer, startPostgres } from './postgres-server.ts'
