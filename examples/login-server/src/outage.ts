import type { ObservableStore } from './store.ts'

/** How a store behaves: it works, it never answers, or every call rejects. */
type Condition = 'up' | 'silent' | 'failing'

/** A control that takes a store down and brings it back. */
export interface Outage {
  readonly become: (condition: Condition) => Promise<void>
  /** How each condition is caused, for the output. */
  readonly how?: Readonly<Record<Condition, string>>
}

/** A store that can be taken down. */
export interface OutageStore extends ObservableStore, Outage {
  condition: Condition
}

/** Wraps a store so that it can be taken down, as by a failure of the network. */
export function outageStore(store: ObservableStore): OutageStore {
  const { read } = store
  const outage: OutageStore = {
    ...store,
    condition: 'up',
    become: async (condition) => {
      outage.condition = condition
    },
    get size() {
      return store.size
    },
    record: (marks, note) => reach(() => store.record(marks, note)),
    find: (keys) => (outage.condition === 'up' ? store.find(keys) : reach(() => store.find(keys))),
    forget: (keys, note) => reach(() => store.forget(keys, note)),
    agree: (settings) => reach(() => store.agree(settings)),
    ...(read !== undefined && { read: (log, after) => reach(() => read(log, after)) }),
  }

  async function reach<T>(call: () => T | Promise<T>): Promise<T> {
    if (outage.condition === 'silent') return await new Promise<never>(() => {})
    if (outage.condition === 'failing') throw new Error('connect ECONNREFUSED')
    return await call()
  }

  return outage
}
