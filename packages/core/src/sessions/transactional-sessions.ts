import type { SessionStore } from './session-store.ts'

/**
 * A store of sessions in the database of the application, which can write in a transaction of its
 * caller. Each sentence here is a case of `@revoked/conformance`.
 *
 * @example
 * ```ts
 * import type { StoredSession, TransactionalSessionStore } from '@revoked/core/sessions'
 *
 * // The session is there if the transaction is committed, and only then.
 * async function openWithin<Transaction>(
 *   store: TransactionalSessionStore<Transaction>,
 *   transaction: Transaction,
 *   session: StoredSession,
 * ): Promise<void> {
 *   await store.within(transaction).open(session)
 * }
 * ```
 */
export interface TransactionalSessionStore<Transaction> extends SessionStore {
  /**
   * Returns a store whose calls are statements of the transaction.
   *
   * - If it is rolled back, nothing was opened, touched or closed. Nothing outside has seen it.
   * - If it is committed, all of that is in force, and no `maxOpen` was exceeded.
   * - Inside, all calls see what the transaction has opened and closed. Outside, none does before
   *   the commit.
   *
   * The store begins, commits and rolls back nothing, and keeps nothing of the transaction.
   *
   * @throws TypeError if it is no transaction of the database of this store, as far as can be told
   *   without a statement.
   */
  within(transaction: Transaction): SessionStore
}

/**
 * Returns whether a store of sessions can write in a transaction of its caller.
 *
 * @example
 * ```ts
 * import { areTransactional, type SessionStore } from '@revoked/core/sessions'
 *
 * const canJoin = (sessions: SessionStore): boolean => areTransactional(sessions)
 * ```
 */
export function areTransactional(
  store: SessionStore & Partial<TransactionalSessionStore<unknown>>,
): store is TransactionalSessionStore<unknown> {
  return typeof store.within === 'function'
}
