import { type Key, type Mark, mergeMarks } from '@revoked/core'
import { createKeyMap } from './key-map.ts'

/**
 * The writes of this instance that the log may not have delivered yet. Their keys are looked up on
 * the remote.
 */
export interface OwnWrites {
  /** Returns true if there are none. */
  readonly isEmpty: () => boolean
  readonly has: (key: Key) => boolean
  /** Returns the mark that was written, for the case that the remote cannot answer. */
  readonly markOf: (key: Key) => Mark | undefined
  /** Writes the keys, and resolves as the write does. */
  readonly during: <Result>(writes: readonly OwnWrite[], write: () => Promise<Result>) => Promise<Result>
  /**
   * Drops what the log has delivered: the writes that had ended before this monotonic instant, at
   * which a complete read of the log was sent.
   */
  readonly confirmed: (log: number, sentAt: number) => void
}

/** A key and the mark that is recorded, or `undefined` if the key is forgotten. */
interface OwnWrite {
  readonly key: Key
  readonly mark: Mark | undefined
}

interface Pending {
  readonly key: Key
  mark: Mark | undefined
  inFlight: number
  endedAt: number
}

/** Options for {@link createOwnWrites}. */
export interface OwnWritesOptions {
  readonly logs: number
  readonly logOf: (key: Key) => number
  readonly monotonic: () => number
}

/** Returns a registry without writes. */
export function createOwnWrites({ logs, logOf, monotonic }: OwnWritesOptions): OwnWrites {
  const byKey = createKeyMap<Pending>()
  const byLog = Array.from({ length: logs }, () => new Set<Pending>())

  function begin({ key, mark }: OwnWrite): Pending {
    const pending = byKey.get(key) ?? { key, mark: undefined, inFlight: 0, endedAt: -Infinity }
    byKey.set(key, pending)
    byLog[logOf(key)]?.add(pending)
    pending.mark = mark !== undefined && pending.mark !== undefined ? mergeMarks(pending.mark, mark) : mark
    pending.inFlight++
    return pending
  }

  return {
    isEmpty: () => byKey.size === 0,
    has: byKey.has,
    markOf: (key) => byKey.get(key)?.mark,
    during: async (writes, write) => {
      const begun = writes.map(begin)
      try {
        return await write()
      } finally {
        for (const pending of begun) {
          pending.inFlight--
          pending.endedAt = monotonic()
        }
      }
    },
    confirmed: (log, sentAt) => {
      for (const pending of byLog[log] ?? []) {
        if (pending.inFlight > 0 || pending.endedAt >= sentAt) continue
        byKey.delete(pending.key)
        byLog[log]?.delete(pending)
      }
    },
  }
}
