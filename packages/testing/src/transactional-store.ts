import {
  type AuditedStore,
  type FollowableStore,
  type Key,
  type LogListener,
  mergeSettings,
  type RevocationStore,
  type SharedSettings,
  type StoreInTransaction,
  type TransactionalStore,
} from '@revoked/core'
import { plainStore } from './plain-store.ts'
import { assertTransaction, type SimulatedTransaction } from './simulated-transaction.ts'

/** A store that can be followed, as the base of one with transactions. */
export type BaseStore = FollowableStore & Partial<AuditedStore>

/**
 * Returns a store whose writes can be part of a transaction, as those of a database can: over a
 * store in this process. It pushes nothing at a commit: `committed` wakes the listeners.
 */
export function withTransactions<Base extends BaseStore>(
  base: Base,
  { now = Date.now }: { readonly now?: () => number } = {},
): Base & TransactionalStore<SimulatedTransaction> {
  let kept: SharedSettings | undefined
  let isCommitting = false
  const listeners = new Set<LogListener>()
  const handles = new WeakMap<SimulatedTransaction, StoreInTransaction>()

  async function quietly(write: () => Promise<unknown>): Promise<void> {
    isCommitting = true
    try {
      await write()
    } finally {
      isCommitting = false
    }
  }

  function within(transaction: SimulatedTransaction): StoreInTransaction {
    assertTransaction(transaction)
    const handle = handles.get(transaction) ?? join(transaction)
    handles.set(transaction, handle)
    return handle
  }

  function join(transaction: SimulatedTransaction): StoreInTransaction {
    const seen = viewOf(base, now)
    let agreed: SharedSettings | undefined

    return {
      record: async (marks, note) => {
        const changed = await seen.record(marks)
        transaction.add(() => quietly(() => base.record(marks, note)))
        return changed
      },
      find: seen.find,
      forget: async (keys, note) => {
        await seen.forget(keys)
        transaction.add(() => quietly(() => base.forget(keys, note)))
      },
      agree: async (settings) => {
        const at = now()
        agreed = mergeSettings(agreed ?? kept, settings, at)
        transaction.add(() => {
          kept = mergeSettings(kept, settings, at)
        })
        return { ...agreed, now: at }
      },
      committed: async () => {
        for (const { wake } of listeners) wake()
      },
    }
  }

  const store: Partial<FollowableStore> & Pick<RevocationStore, 'agree'> = {
    agree: async (settings) => {
      const at = now()
      kept = mergeSettings(kept, settings, at)
      return { ...kept, now: at }
    },
    subscribe: (log, listener) => {
      const quiet: LogListener = {
        entries: (entries) => {
          if (!isCommitting) listener.entries(entries)
        },
        wake: () => listener.wake(),
      }
      listeners.add(quiet)
      const subscription = base.subscribe(log, quiet)
      return {
        ...subscription,
        close: () => {
          listeners.delete(quiet)
          subscription.close()
        },
      }
    },
  }
  return { ...base, ...store, within }
}

/** Returns the marks as a transaction sees them. A key is copied when it is first named. */
function viewOf(base: BaseStore, now: () => number): Pick<RevocationStore, 'record' | 'find' | 'forget'> {
  const seen = plainStore({ now })
  const copied = new Set<string>()

  async function copy(keys: readonly Key[]): Promise<void> {
    for (const key of keys) {
      const name = JSON.stringify([key.scope, key.value])
      if (copied.has(name)) continue
      copied.add(name)
      await seen.record(await base.find([key]))
    }
  }

  return {
    record: async (marks) => {
      await copy(marks.map(({ key }) => key))
      return await seen.record(marks)
    },
    find: async (keys) => {
      await copy(keys)
      return await seen.find(keys)
    },
    forget: async (keys) => {
      await copy(keys)
      await seen.forget(keys)
    },
  }
}
