import type { SessionStore } from '@revoked/core/sessions'
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
    record: (marks, note) => reach(outage, () => store.record(marks, note)),
    find: (keys) => (outage.condition === 'up' ? store.find(keys) : reach(outage, () => store.find(keys))),
    forget: (keys, note) => reach(outage, () => store.forget(keys, note)),
    agree: (settings) => reach(outage, () => store.agree(settings)),
    ...(read !== undefined && { read: (log, after) => reach(outage, () => read(log, after)) }),
  }
  return outage
}

/** Wraps the list of sessions, which is in the same database, so that both are down together. */
export function sessionsOf(outage: OutageStore, list: SessionStore): SessionStore {
  return {
    open: (session, limit) => reach(outage, () => list.open(session, limit)),
    touch: (use) => reach(outage, () => list.touch(use)),
    find: (keys, at) => reach(outage, () => list.find(keys, at)),
    list: (subject) => reach(outage, () => list.list(subject)),
    get: (key) => reach(outage, () => list.get(key)),
    count: (subject) => reach(outage, () => list.count(subject)),
    close: (subject, ids) => reach(outage, () => list.close(subject, ids)),
    closeAll: (subject, options) => reach(outage, () => list.closeAll(subject, options)),
  }
}

async function reach<T>({ condition }: OutageStore, call: () => T | Promise<T>): Promise<T> {
  if (condition === 'silent') return await new Promise<never>(() => {})
  if (condition === 'failing') throw new Error('connect ECONNREFUSED')
  return await call()
}
