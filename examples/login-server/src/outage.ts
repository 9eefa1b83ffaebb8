import type { ObservableStore } from './store.ts'

/** How a store behaves: it works, it never answers, or every call rejects. */
type Condition = 'up' | 'silent' | 'failing'

/** A way to take a store down, and to bring it back. */
export interface Outage {
  readonly become: (condition: Condition) => Promise<void>
  /** What is done to that end, for the reader. */
  readonly how?: Readonly<Record<Condition, string>>
}

/** A store that can be taken down. */
export interface OutageStore extends ObservableStore, Outage {
  condition: Condition
}

/** Puts a switch in front of a store: what the network does to a real one. */
export function outageStore(store: ObservableStore): OutageStore {
  const outage: OutageStore = {
    ...store,
    condition: 'up',
    become: async (condition) => {
      outage.condition = condition
    },
    get size() {
      return store.size
    },
    record: (marks) => reach(() => store.record(marks)),
    find: (keys) => (outage.condition === 'up' ? store.find(keys) : reach(() => store.find(keys))),
    forget: (keys) => reach(() => store.forget(keys)),
    agree: (settings) => reach(() => store.agree(settings)),
  }

  async function reach<T>(call: () => T | Promise<T>): Promise<T> {
    if (outage.condition === 'silent') return await new Promise<never>(() => {})
    if (outage.condition === 'failing') throw new Error('connect ECONNREFUSED')
    return await call()
  }

  return outage
}
