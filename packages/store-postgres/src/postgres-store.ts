import type { AuditedStore, RestorableStore, TransactionalStore } from '@revoked/core'
import { createAuditLog } from './audit/audit-log.ts'
import { type PostgresClient, type PostgresTransaction, portOf } from './clients/detect-client.ts'
import { readLog } from './log/read-log.ts'
import { scanMarks } from './log/scan-marks.ts'
import { createWakeUps } from './log/wake-ups.ts'
import { createFinder } from './marks/find-marks.ts'
import { assertStoredName, keyNamer } from './marks/stored-key.ts'
import { withAgreedOption } from './schema/agreed-option.ts'
import { createFunctions } from './schema/functions.ts'
import { type PostgresStoreOptions, readStoreOptions } from './store-options.ts'
import { createMarkWrites } from './write/mark-writes.ts'
import { pruneStoreOf, startPruner } from './write/pruner.ts'
import { retryingConflicts } from './write/retry-conflicts.ts'
import { createWithin } from './write/within.ts'

/**
 * A store in PostgreSQL, which can be followed, and which writes in a transaction of its caller.
 *
 * @example
 * ```ts
 * import type { PostgresStore } from '@revoked/store-postgres'
 *
 * const endOfLog = (store: PostgresStore) => store.read(0)
 * ```
 */
export interface PostgresStore extends RestorableStore, TransactionalStore<PostgresTransaction> {}

/**
 * A store that keeps an audit trail: one with the option `auditFor`.
 *
 * @example
 * ```ts
 * import type { AuditedPostgresStore } from '@revoked/store-postgres'
 *
 * const latest = async (store: AuditedPostgresStore) => (await store.audit.read({ limit: 10 })).entries
 * ```
 */
export interface AuditedPostgresStore extends PostgresStore, AuditedStore {}

/**
 * Returns a store of revocations in PostgreSQL, for every instance of an application. `migrate`
 * creates its tables.
 *
 * It uses the client that it is given, and closes nothing. If the change log is followed, by a
 * cache, a mirror or `watch`, it opens one more connection with the options of the pool, which
 * listens.
 *
 * @example
 * ```ts
 * import pg from 'pg'
 * import { createRevocation } from '@revoked/core'
 * import { postgresStore } from '@revoked/store-postgres'
 *
 * const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] })
 * const revocation = createRevocation({ store: postgresStore(pool), maxTokenLifetime: '24h' })
 * ```
 *
 * @param client - A client of the primary. That of a replica is refused by each call.
 * @throws TypeError or RangeError for a wrong argument.
 */
export function postgresStore(
  client: PostgresClient,
  options: PostgresStoreOptions & { readonly auditFor: NonNullable<PostgresStoreOptions['auditFor']> },
): AuditedPostgresStore
export function postgresStore(client: PostgresClient, options?: PostgresStoreOptions): PostgresStore
export function postgresStore(client: PostgresClient, options: PostgresStoreOptions = {}): PostgresStore {
  const port = portOf(client, 'postgresStore')
  const { schema, logLength, hashIds, auditForMs } = readStoreOptions(options)
  const functions = retryingConflicts(withAgreedOption(createFunctions(port, schema), 'hashIds', hashIds))
  const nameOf = keyNamer(hashIds)
  const keepsAudit = auditForMs !== undefined
  const wakeUps = createWakeUps(port, functions, schema)
  startPruner(pruneStoreOf(functions, { auditForMs, logLength }))

  const writing = { functions, keepsAudit, committed: wakeUps.sendSoon }
  const named = createMarkWrites({ ...writing, nameOf: (key) => key })

  const store: PostgresStore = {
    ...createMarkWrites({ ...writing, nameOf }),
    find: createFinder(functions, nameOf),
    logs: 1,
    logOf: () => 0,
    logKey: nameOf,
    read: async (log, after) => {
      assertLog(log)
      return await readLog(functions, after, logLength)
    },
    subscribe: (log, listener) => {
      assertLog(log)
      return wakeUps.subscribe(listener)
    },
    scan: async function* (log) {
      assertLog(log)
      yield* scanMarks(functions)
    },
    restore: async (log, marks) => {
      assertLog(log)
      for (const { key } of marks) assertStoredName(key, hashIds)
      return await named.record(marks)
    },
    within: createWithin({ schema, nameOf, keepsAudit, outside: functions, committed: wakeUps.send }),
  }
  if (auditForMs === undefined) return store
  return Object.assign(store, { audit: createAuditLog(functions, { keepMs: auditForMs, nameOf }) })
}

function assertLog(log: number): void {
  if (log !== 0) throw new RangeError('The PostgreSQL store has one log: 0.')
}
