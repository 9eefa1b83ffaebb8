export type { SqliteDatabase, SqliteStatement } from './connection/sqlite-database.ts'
export { type AuditedSqliteStore, type SqliteStore, sqliteStore } from './sqlite-store.ts'
export type { SqliteStoreOptions } from './store-options.ts'
