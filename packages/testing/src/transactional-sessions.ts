import type { SessionStore, TransactionalSessionStore } from '@revoked/core/sessions'
import { assertTransaction, type SimulatedTransaction } from './simulated-transaction.ts'

/**
 * Returns a store of sessions whose writes can be part of a transaction, over a store in this
 * process.
 *
 * @param empty - Returns an empty store: for the sessions as a transaction sees them.
 */
export function withSessionTransactions(
  base: SessionStore,
  empty: () => SessionStore,
): TransactionalSessionStore<SimulatedTransaction> {
  const handles = new WeakMap<SimulatedTransaction, SessionStore>()

  function within(transaction: SimulatedTransaction): SessionStore {
    assertTransaction(transaction)
    const handle = handles.get(transaction) ?? join(transaction)
    handles.set(transaction, handle)
    return handle
  }

  function join(transaction: SimulatedTransaction): SessionStore {
    // The sessions as the transaction sees them. Those of a subject are copied when it is first
    // named.
    const seen = empty()
    const copied = new Set<string>()

    async function view(subject: string): Promise<SessionStore> {
      if (copied.has(subject)) return seen
      copied.add(subject)
      for (const session of await base.list(subject)) await seen.open(session)
      return seen
    }

    async function write<Result>(
      subject: string,
      operation: (store: SessionStore) => Promise<Result>,
    ): Promise<Result> {
      const result = await operation(await view(subject))
      transaction.add(() => operation(base))
      return result
    }

    return {
      open: (session, limit) => write(session.subject, (store) => store.open(session, limit)),
      touch: (use) => write(use.subject, (store) => store.touch(use)),
      find: async (keys) => {
        for (const { subject } of keys) await view(subject)
        return await seen.find(keys)
      },
      list: async (subject) => (await view(subject)).list(subject),
      get: async (key) => (await view(key.subject)).get(key),
      count: async (subject) => (await view(subject)).count(subject),
      close: (subject, ids) => write(subject, (store) => store.close(subject, ids)),
      closeAll: (subject, range) => write(subject, (store) => store.closeAll(subject, range)),
    }
  }

  return { ...base, within }
}
