import type { ChannelEvents, ChannelListener, PostgresPort } from './port.ts'
import { toPostgresError } from './postgres-error.ts'
import { createReconnecting } from './reconnecting.ts'
import { resultOf } from './result-of.ts'

/**
 * The `sql` of postgres.js, or that of a transaction: what this package uses of it.
 *
 * @example
 * ```ts
 * import postgres from 'postgres'
 * import type { PostgresJsSql } from '@revoked/store-postgres'
 *
 * const sql: PostgresJsSql = postgres(process.env['DATABASE_URL'] ?? '')
 * ```
 */
export interface PostgresJsSql {
  unsafe(
    sql: string,
    values?: (string | null)[],
    options?: { readonly prepare?: boolean },
  ): PromiseLike<readonly Readonly<Record<string, unknown>>[]>
}

/** The `sql` on which transactions are begun. */
interface RootSql extends PostgresJsSql {
  listen(channel: string, notified: () => void, listening?: () => void): Promise<{ unlisten(): Promise<void> }>
}

/** Returns whether it has the shape of a `sql` of postgres.js. */
export function isPostgresJs(client: unknown): client is PostgresJsSql {
  return typeof client === 'function' && 'unsafe' in client && typeof client.unsafe === 'function'
}

/** Returns whether it is the `sql` that postgres.js gives to the function of a transaction. */
export function isPostgresJsTransaction(sql: PostgresJsSql): boolean {
  return 'savepoint' in sql && typeof sql.savepoint === 'function'
}

/** Returns the port of a `sql` of postgres.js. Its option `prepare` counts. */
export function postgresJsPort(sql: PostgresJsSql): PostgresPort {
  return {
    run: async (text, values) => {
      try {
        return resultOf(await sql.unsafe(text, [...values], { prepare: true }))
      } catch (cause) {
        throw toPostgresError(cause)
      }
    },
    script: async (text) => {
      try {
        await sql.unsafe(text)
      } catch (cause) {
        throw toPostgresError(cause)
      }
    },
    listen: 'listen' in sql ? listenWith(sql as RootSql) : undefined,
  }
}

/** postgres.js opens one connection for all channels, and connects again by itself. */
function listenWith(sql: RootSql): (channel: string, events: ChannelEvents) => ChannelListener {
  return (channel, events) =>
    createReconnecting(events, async () => {
      const { unlisten } = await sql.listen(channel, events.notified, events.notified)
      return () => void unlisten().catch(() => undefined)
    })
}
