import type {
  FollowableStore,
  Key,
  KeyedMark,
  LogEntry,
  LogListener,
  LogPosition,
  LogRead,
  RevocationStore,
} from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'

/** Options for {@link followableStore}. */
export interface FollowableStoreOptions {
  readonly logs?: number
  /** Whether the logs name keys by a digest. */
  readonly hashIds?: boolean
  readonly now?: () => number
  /** Replaces methods of the store. */
  readonly methods?: Partial<RevocationStore>
}

/** A followable store in memory, with faults and a count of its calls. */
export interface TestStore extends FollowableStore {
  /** Set to let methods fail. */
  readonly faults: { reads?: Error | undefined; finds?: Error | undefined; pushes?: 'lost' | undefined }
  /** The keys of each call of `find`. */
  readonly asked: (readonly Key[])[]
  /** The number of reads so far. */
  readonly reads: () => number
  /** The number of open subscriptions. */
  readonly subscriptions: () => number
  /** Lets the log begin again, with marks that were recorded meanwhile but are in no log. */
  readonly restart: (marks?: readonly KeyedMark[]) => Promise<void>
}

/** Returns the store. Its log is never trimmed. */
export function followableStore({ logs = 1, hashIds = false, now, methods }: FollowableStoreOptions = {}): TestStore {
  const plain = plainStore(now && { now })
  const entries: LogEntry[][] = Array.from({ length: logs }, () => [])
  const listeners: Set<LogListener>[] = Array.from({ length: logs }, () => new Set())
  const faults: TestStore['faults'] = {}
  const asked: (readonly Key[])[] = []
  let epoch = 1
  let reads = 0

  const logOf = ({ scope }: Key): number => scope.length % logs
  const logKey = ({ scope, value }: Key): Key => ({ scope, value: hashIds ? `digest of ${value}` : value })
  const positionAt = (sequence: number): LogPosition => ({ epoch: `e${epoch}`, sequence, tip: `t${sequence}` })

  async function append(keys: readonly Key[]): Promise<void> {
    for (const key of keys) {
      const log = entries[logOf(key)] ?? []
      const [held] = await plain.find([key])
      const position = positionAt(log.length + 1)
      const entry = { position, previousTip: `t${log.length}`, key: logKey(key), mark: held?.mark }
      log.push(entry)
      if (faults.pushes !== 'lost') for (const listener of listeners[logOf(key)] ?? []) listener.entries([entry])
    }
  }

  return {
    faults,
    asked,
    reads: () => reads,
    subscriptions: () => listeners.reduce((sum, { size }) => sum + size, 0),
    restart: async (marks = []) => {
      await plain.record(marks)
      epoch++
      for (const log of entries) log.length = 0
    },
    record: async (marks) => {
      const changed = await plain.record(marks)
      await append(marks.map(({ key }) => key))
      return changed
    },
    find: async (keys) => {
      asked.push(keys)
      if (faults.finds !== undefined) throw faults.finds
      return await plain.find(keys)
    },
    forget: async (keys) => {
      await plain.forget(keys)
      await append(keys)
    },
    agree: plain.agree,
    logs,
    logOf,
    logKey,
    read: async (log, after): Promise<LogRead> => {
      reads++
      const held = entries[log] ?? []
      const position = positionAt(held.length)
      if (faults.reads !== undefined) throw faults.reads
      if (after?.epoch !== position.epoch) return { reset: true, position }
      return { reset: false, entries: held.slice(after.sequence), position, complete: true }
    },
    subscribe: (log, listener) => {
      const subscribed = { ...listener }
      listeners[log]?.add(subscribed)
      return {
        restart: () => {},
        close: () => void listeners[log]?.delete(subscribed),
        status: () => ({ isOpen: true, lastFailure: undefined, ignoredMessages: 0 }),
      }
    },
    scan: async function* () {},
    ...methods,
  }
}
