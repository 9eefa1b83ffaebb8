import type { RevocationStore } from './store.ts'

/**
 * A store in the database of the application, which can write in a transaction of its caller. Each
 * sentence here is a case of `@revoked/conformance`.
 *
 * @example
 * ```ts
 * import type { KeyedMark, TransactionalStore } from '@revoked/core'
 *
 * // What `revocation.within` does, without its rules.
 * async function recordWithin<Transaction>(
 *   store: TransactionalStore<Transaction>,
 *   transaction: Transaction,
 *   marks: readonly KeyedMark[],
 * ): Promise<() => Promise<void>> {
 *   const inside = store.within(transaction)
 *   await inside.record(marks)
 *   return () => inside.committed() // Call it after the commit.
 * }
 * ```
 */
export interface TransactionalStore<Transaction> extends RevocationStore {
  /**
   * Returns a store whose calls are statements of the transaction.
   *
   * - If it is rolled back, nothing was recorded, forgotten, logged or entered in the audit trail.
   *   Nothing outside has seen it. What was agreed on may stay: it makes marks live longer, at
   *   most.
   * - If it is committed, all of that is in force: what `record` merged is merged with what others
   *   recorded meanwhile.
   * - Inside, `find` returns what the transaction has recorded. Outside, it does not before the
   *   commit.
   * - An `agree` that changes nothing delays no other one until the end of the transaction.
   *
   * The store begins, commits and rolls back nothing, and keeps nothing of the transaction.
   *
   * @throws TypeError if it is no transaction of the database of this store, as far as can be told
   *   without a statement.
   */
  within(transaction: Transaction): StoreInTransaction
}

/**
 * A store within a transaction of its caller.
 *
 * @example
 * ```ts
 * import type { StoreInTransaction } from '@revoked/core'
 *
 * const isBanned = async (inside: StoreInTransaction, subject: string): Promise<boolean> =>
 *   (await inside.find([{ scope: 'sub', value: subject }])).length > 0
 * ```
 */
export interface StoreInTransaction extends RevocationStore {
  /**
   * Called after the commit, outside the transaction: makes followers of the change log, in all
   * processes, read it at once. They read it in any case, a little later.
   */
  committed(): Promise<void>
}

/**
 * Returns whether a store can write in a transaction of its caller.
 *
 * @example
 * ```ts
 * import { isTransactional, type RevocationStore } from '@revoked/core'
 *
 * // A cache passes it on as it is: what is not committed must not be cached.
 * const withinOf = (remote: RevocationStore) =>
 *   isTransactional(remote) ? { within: (transaction: unknown) => remote.within(transaction) } : {}
 * ```
 */
export function isTransactional(
  store: RevocationStore & Partial<TransactionalStore<unknown>>,
): store is TransactionalStore<unknown> {
  return typeof store.within === 'function'
}
