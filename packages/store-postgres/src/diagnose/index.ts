export { type DiagnosePostgresOptions, diagnosePostgres } from './diagnose-postgres.ts'
export type { PostgresFinding, PostgresFindingCode } from './finding.ts'
