import type { RevocationStore, TransactionalStore } from '@revoked/core'
import type { SessionStore, TransactionalSessionStore } from '@revoked/core/sessions'
import type { ConformanceCase, OpenStore, StoreSubject } from '../case.ts'

/**
 * A transaction that a case has begun, as an application would.
 *
 * @example
 * ```ts
 * import type { OpenTransaction } from '@revoked/conformance'
 *
 * interface Client {
 *   query(sql: string): Promise<unknown>
 * }
 *
 * async function begin(client: Client): Promise<OpenTransaction> {
 *   await client.query('BEGIN')
 *   return {
 *     transaction: client,
 *     commit: async () => void (await client.query('COMMIT')),
 *     rollBack: async () => void (await client.query('ROLLBACK')),
 *   }
 * }
 * ```
 */
export interface OpenTransaction {
  /** What `within` of the store is given. */
  readonly transaction: unknown
  readonly commit: () => Promise<void> | void
  readonly rollBack: () => Promise<void> | void
}

/**
 * An empty store with transactions, opened for one case.
 *
 * @example
 * ```ts
 * import type { OpenTransactional, OpenTransaction } from '@revoked/conformance'
 * import type { RevocationStore, TransactionalStore } from '@revoked/core'
 *
 * const opened = (
 *   store: RevocationStore & TransactionalStore<unknown>,
 *   begin: () => Promise<OpenTransaction>,
 * ): OpenTransactional => ({ store, begin })
 * ```
 */
export interface OpenTransactional<Store extends RevocationStore = RevocationStore>
  extends OpenStore<Store & TransactionalStore<unknown>> {
  /** Begins a transaction, of which there is one at a time. It is over before `close` is called. */
  readonly begin: () => Promise<OpenTransaction> | OpenTransaction
}

/**
 * Opens the stores that the cases of transactions run on.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { transactionCases, type TransactionSubject } from '@revoked/conformance'
 *
 * const register = (subject: TransactionSubject): void => {
 *   for (const { name, run } of transactionCases) test(name, () => run(subject))
 * }
 * ```
 */
export type TransactionSubject<Store extends RevocationStore = RevocationStore> = StoreSubject<OpenTransactional<Store>>

/**
 * An empty store of sessions with transactions, opened for one case.
 *
 * @example
 * ```ts
 * import type { OpenTransaction, OpenTransactionalSessions } from '@revoked/conformance'
 * import type { TransactionalSessionStore } from '@revoked/core/sessions'
 *
 * const opened = (
 *   store: TransactionalSessionStore<unknown>,
 *   begin: () => Promise<OpenTransaction>,
 * ): OpenTransactionalSessions => ({ store, begin })
 * ```
 */
export interface OpenTransactionalSessions {
  readonly store: TransactionalSessionStore<unknown>
  /** Another handle on the same sessions, as another process has it. */
  readonly peer?: SessionStore
  /** Begins a transaction, of which there is one at a time. It is over before `close` is called. */
  readonly begin: () => Promise<OpenTransaction> | OpenTransaction
  /** Called when the case is over. */
  readonly close?: () => Promise<void> | void
}

/**
 * Runs a body in a transaction, which is over afterwards in any case: a case that fails must not
 * leave one open.
 */
export async function during(
  { begin }: Pick<OpenTransactional, 'begin'>,
  body: (open: OpenTransaction) => Promise<void>,
): Promise<void> {
  const open = await begin()
  let isOver = false
  const ending =
    (end: () => Promise<void> | void): (() => Promise<void>) =>
    async () => {
      isOver = true
      await end()
    }
  try {
    await body({ ...open, commit: ending(open.commit), rollBack: ending(open.rollBack) })
  } finally {
    if (!isOver) await open.rollBack()
  }
}

/**
 * A case of the contract of `TransactionalStore`.
 *
 * @example
 * ```ts
 * import { type TransactionCase, transactionCases } from '@revoked/conformance'
 *
 * const names = (cases: readonly TransactionCase[]): readonly string[] => cases.map(({ name }) => name)
 * const all = names(transactionCases)
 * ```
 */
export type TransactionCase<Store extends RevocationStore = RevocationStore> = ConformanceCase<
  TransactionSubject<Store>
>
