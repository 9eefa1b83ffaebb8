import type { AuditedStore, FollowableStore, StoreInTransaction, TransactionalStore } from '@revoked/core'
import type { SessionStore, TransactionalSessionStore } from '@revoked/core/sessions'
import { assertTransaction, beginTransaction, type SimulatedTransaction } from '@revoked/testing/simulated-transaction'
import { withSessionTransactions } from '@revoked/testing/transactional-sessions'
import { withTransactions } from '@revoked/testing/transactional-store'
import { memorySessions, memoryStore } from '../../src/index.ts'

/** A store with transactions, a change log and an audit trail. */
export type WholeStore = FollowableStore & AuditedStore & TransactionalStore<unknown>

/** What a fault may use. */
interface Broken {
  /** The store outside. */
  readonly store: WholeStore
  /** The store within the transaction. */
  readonly inside: StoreInTransaction
  readonly transaction: SimulatedTransaction
}

/** A fault of the calls within a transaction, or of the store. */
export interface Break {
  readonly inside?: (broken: Broken) => Partial<StoreInTransaction>
  readonly outside?: (store: WholeStore) => Partial<WholeStore>
}

/** The same for sessions. */
export interface SessionBreak {
  readonly inside?: (store: SessionStore, inside: SessionStore) => Partial<SessionStore>
  readonly outside?: (store: TransactionalSessionStore<unknown>) => Partial<TransactionalSessionStore<unknown>>
}

/** Begins a simulated transaction, as cases do. */
export function begin() {
  const transaction = beginTransaction()
  return { transaction, commit: transaction.commit, rollBack: transaction.rollBack }
}

/** Opens a store with a fault. */
export function openBroken({ inside: insideOf, outside }: Break): { store: WholeStore; begin: typeof begin } {
  const sound = withTransactions(memoryStore({ auditFor: '1h' }))
  const store: WholeStore = {
    ...sound,
    within: (transaction) => {
      assertTransaction(transaction)
      const inside = sound.within(transaction)
      return { ...inside, ...insideOf?.({ store: sound, inside, transaction }) }
    },
  }
  return { store: { ...store, ...outside?.(store) }, begin }
}

/** Opens a store of sessions with a fault. */
export function openBrokenSessions({ inside: insideOf, outside }: SessionBreak): {
  store: TransactionalSessionStore<unknown>
  begin: typeof begin
} {
  const sound = withSessionTransactions(memorySessions(), memorySessions)
  const store: TransactionalSessionStore<unknown> = {
    ...sound,
    within: (transaction) => {
      assertTransaction(transaction)
      const inside = sound.within(transaction)
      return { ...inside, ...insideOf?.(sound, inside) }
    },
  }
  return { store: { ...store, ...outside?.(store) }, begin }
}
