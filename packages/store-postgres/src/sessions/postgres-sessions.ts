import type { SessionKey, TransactionalSessionStore } from '@revoked/core/sessions'
import { batched } from '../batch.ts'
import { type PostgresClient, type PostgresTransaction, portOf } from '../clients/detect-client.ts'
import { digestOf, storableName } from '../marks/stored-key.ts'
import { withAgreedOption } from '../schema/agreed-option.ts'
import { createFunctions } from '../schema/functions.ts'
import { createTransactionFunctions } from '../schema/transaction-functions.ts'
import { startPruner } from '../write/pruner.ts'
import { retryingConflicts } from '../write/retry-conflicts.ts'
import { type PostgresSessionsOptions, readSessionsOptions } from './session-options.ts'
import { createSessionReads, findSessions } from './session-reads.ts'
import { createSessionWrites } from './session-writes.ts'

/** How long a call waits for a transaction that changes the same subject, in ms. */
const lockMs = 5_000

/**
 * Returns a store of open sessions in PostgreSQL, for `createSessions` and for the allowlist of
 * `createRevocation`. `migrate` creates its tables.
 *
 * @example
 * ```ts
 * import { createSessions } from '@revoked/sessions'
 * import { type PostgresClient, postgresSessions } from '@revoked/store-postgres'
 *
 * const sessionsOver = (client: PostgresClient) =>
 *   createSessions({ store: postgresSessions(client), idleTimeout: '30m', absoluteLifetime: '30d' })
 * ```
 *
 * @param client - As that of `postgresStore`.
 * @throws TypeError for a wrong argument.
 */
export function postgresSessions(
  client: PostgresClient,
  options: PostgresSessionsOptions = {},
): TransactionalSessionStore<PostgresTransaction> {
  const { schema, hashSubjects } = readSessionsOptions(options)
  const plain = createFunctions(portOf(client, 'postgresSessions'), schema)
  const functions = retryingConflicts(withAgreedOption(plain, 'hashSubjects', hashSubjects))
  const nameOf = hashSubjects ? digestOf : storableName
  const access = { functions, nameOf }
  const find = batched((keys: readonly SessionKey[]) => findSessions(access, keys))
  startPruner(async (most) => Number(await functions.call('prune_sessions', String(most))))

  return {
    ...createSessionReads(access),
    ...createSessionWrites(access, lockMs),
    find: (keys) => (keys.length === 0 ? [] : find(keys)),
    within: (transaction) => {
      const inside = { functions: createTransactionFunctions(transaction, schema), nameOf }
      return {
        ...createSessionReads(inside),
        ...createSessionWrites(inside, null),
        find: (keys) => findSessions(inside, keys),
      }
    },
  }
}
