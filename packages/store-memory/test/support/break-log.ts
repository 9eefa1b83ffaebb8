import type { OpenStore } from '@revoked/conformance'
import type { FollowableStore, KeyedMark, LogEntry, LogPage, LogPosition, LogRead } from '@revoked/core'
import { type MemoryStoreOptions, memoryStore } from '@revoked/store-memory'
import { type Change, createChangeLog } from '../../src/change-log.ts'

/** A store whose log has one bug, and the name of the case that must find it. */
export interface BrokenLog {
  readonly bug: string
  readonly detectedBy: string
  readonly open: (options: MemoryStoreOptions) => OpenStore<FollowableStore>
}

type Open = BrokenLog['open']

/** Opens a correct store of which some methods are replaced. */
export function wrapped(change: (store: FollowableStore) => Partial<FollowableStore>): Open {
  return (options) => {
    const store = memoryStore(options)
    return { store: { ...store, ...change(store) } }
  }
}

/** Opens a store, and a second handle on it of which some methods are replaced. */
export function withPeer(change: (store: FollowableStore) => Partial<FollowableStore>): Open {
  return (options) => {
    const store = memoryStore(options)
    return { store, peer: { ...store, ...change(store) } }
  }
}

/** Opens a store whose reads are changed before they are returned. */
export function withReads(change: (read: LogRead, after: LogPosition | undefined) => LogRead): Open {
  return wrapped((store) => ({ read: async (log, after) => change(await store.read(log, after), after) }))
}

/** Opens a store whose pages are changed before they are returned. */
export function withPages(change: (page: LogPage) => LogRead): Open {
  return withReads((read) => (read.reset ? read : change(read)))
}

/** Opens a store that reads from another position than it is asked for. */
export function withPositions(forge: (after: LogPosition, end: LogPosition) => LogPosition | undefined): Open {
  return wrapped((store) => ({
    read: async (log, after) => await store.read(log, after && forge(after, (await store.read(log)).position)),
  }))
}

/** A bug of the code that writes a log. */
interface LogBug {
  /** Called with what a correct log appends. Appends it if it is absent. */
  readonly rewrite?: (entries: readonly LogEntry[]) => void
  /** Methods of the store that are replaced. */
  readonly methods?: Partial<FollowableStore>
}

/** Opens a store with a second log, which the bug writes. */
export function withLog(bug: (append: (changes: readonly Change[]) => void, store: FollowableStore) => LogBug): Open {
  return (options) => {
    const store = memoryStore(options)
    const log = createChangeLog(options.logLength ?? 10_000)
    const { rewrite = log.append, methods } = bug(log.append, store)
    store.subscribe(0, { entries: rewrite, wake: () => {} })
    return {
      store: {
        ...store,
        read: async (_, after) => log.read(after),
        subscribe: (_, listener) => log.subscribe(listener),
        ...methods,
      },
    }
  }
}

/** Opens a store whose log has other changes than a correct one. */
export function rewriting(change: (entries: readonly LogEntry[]) => readonly Change[]): Open {
  return withLog((append) => ({ rewrite: (entries) => append(change(entries)) }))
}

/**
 * Opens a store whose log has what this function returns for each record, in place of the merged
 * marks.
 */
export function logging(change: (marks: readonly KeyedMark[]) => readonly Change[]): Open {
  return withLog((append, store) => ({
    rewrite: (entries) => append(entries.filter(({ mark }) => mark === undefined)),
    methods: {
      record: async (marks) => {
        const changed = await store.record(marks)
        append(change(marks))
        return changed
      },
    },
  }))
}
