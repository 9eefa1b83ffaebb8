/**
 * A client of any other library: a function that runs a statement, and one that listens, if there
 * is one.
 *
 * @example
 * ```ts
 * import { type PostgresExecutor, postgresStore } from '@revoked/store-postgres'
 *
 * interface Prisma {
 *   $queryRawUnsafe(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]>
 * }
 *
 * const storeOver = (prisma: Prisma) => {
 *   const executor: PostgresExecutor = { execute: (sql, values) => prisma.$queryRawUnsafe(sql, ...values) }
 *   return postgresStore(executor)
 * }
 * ```
 */
export interface PostgresExecutor {
  /**
   * Runs a statement with parameters `$1`, `$2`, which are texts or null, and returns its rows.
   * Rejects with an error that has the SQLSTATE as its `code`.
   */
  execute(sql: string, values: readonly (string | null)[]): Promise<readonly Readonly<Record<string, unknown>>[]>
  /**
   * Listens to a channel, and calls `notified` for each notification. Returns what ends it. Without
   * it, changes of other processes arrive by the next read of the change log.
   */
  listen?(channel: string, notified: () => void): Promise<() => Promise<void> | void>
}
