export { diagnoseSqlite } from './diagnose-sqlite.ts'
export type { SqliteFinding, SqliteFindingCode } from './finding.ts'
export { readSqliteSettings, type SqliteSettings } from './read-sqlite-settings.ts'
