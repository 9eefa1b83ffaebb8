export { type DiagnosePostgresOptions, diagnosePostgres } from './diagnose-postgres.ts'
export type { PostgresFinding, PostgresFindingCode } from './finding.ts'
export { type PostgresSettings, readPostgresSettings } from './read-postgres-settings.ts'
