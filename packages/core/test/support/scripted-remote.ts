import type { LogEntry, LogListener, LogPosition, LogRead } from '@revoked/core'

/** Returns the position after that many entries of a log that never begins again. */
export function at(sequence: number): LogPosition {
  return { epoch: 'e', sequence, tip: `t${sequence}` }
}

/** Returns the entry at that position, which forgets a key. */
export function entry(sequence: number): LogEntry {
  return {
    position: at(sequence),
    previousTip: `t${sequence - 1}`,
    key: { scope: 'jti', value: String(sequence) },
    mark: undefined,
  }
}

/** A remote whose logs the test writes, and which counts what it is asked for. */
export function createRemote(logs = 1) {
  const entries: LogEntry[] = []
  const listeners: LogListener[] = []
  const counts = { reads: 0, restarts: 0, closed: 0 }
  let fail: Error | undefined
  let hang = false
  const turns = new Set<number>()
  return {
    counts,
    turns,
    append: () => entries.push(entry(entries.length + 1)),
    push: (...sequences: number[]) => listeners.at(-1)?.entries(sequences.map(entry)),
    wake: () => listeners.at(-1)?.wake(),
    failWith: (error: Error | undefined) => {
      fail = error
    },
    hang: (hangs: boolean) => {
      hang = hangs
    },
    store: {
      logs,
      logOf: () => 0,
      logKey: <Key>(key: Key) => key,
      read: async (_: number, after?: LogPosition): Promise<LogRead> => {
        counts.reads++
        turns.add(performance.now())
        if (hang) return await new Promise(() => undefined)
        if (fail !== undefined) throw fail
        const position = at(entries.length)
        if (after === undefined) return { reset: true, position }
        return { reset: false, entries: entries.slice(after.sequence), position, complete: true }
      },
      subscribe: (_: number, listener: LogListener) => {
        listeners.push(listener)
        return {
          restart: () => void counts.restarts++,
          close: () => void counts.closed++,
          status: () => ({ isOpen: true, lastFailure: undefined, ignoredMessages: 0 }),
        }
      },
      scan: async function* () {},
      find: () => [],
      record: async () => [],
      forget: async () => {},
      agree: () => Promise.reject(new Error('not used')),
    },
  }
}
