import type { Key, KeyedMark, LogEntry, LogListener, LogPosition, LogRead, LogSubscription } from '@revoked/core'

// Every JavaScript runtime has it, but the library of the language does not declare it.
declare const crypto: { randomUUID(): string }

/** The change log of a store in this process. It pushes every change at once, and loses none. */
export interface ChangeLog {
  readonly append: (changes: readonly Change[]) => void
  readonly read: (after?: LogPosition) => LogRead
  readonly subscribe: (listener: LogListener) => LogSubscription
}

/** A key, and the mark that it holds now. `undefined`: it was forgotten. */
export type Change = KeyedMark | { readonly key: Key; readonly mark: undefined }

/**
 * Returns an empty log, which keeps at least the last `minEntries` entries, and less than twice as
 * many. The contract allows pages of at most 1,000 entries.
 */
export function createChangeLog(minEntries: number, pageSize = 1_000): ChangeLog {
  // The epoch is created late, because workers allow no random values while a module is evaluated,
  // when stores are created.
  let epoch: string | undefined
  let kept: LogEntry[] = []
  let sequence = 0
  const subscriptions = new Set<LogListener>()

  // One process writes this log, so its length names its last entry.
  function positionAt(sequence: number): LogPosition {
    epoch ??= crypto.randomUUID()
    return { epoch, sequence, tip: String(sequence) }
  }

  function append(changes: readonly Change[]): void {
    const entries = changes.map(({ key, mark }): LogEntry => {
      const previousTip = String(sequence++)
      return { position: positionAt(sequence), previousTip, key, mark }
    })
    for (const entry of entries) kept.push(entry)
    // Entries are removed in large portions, because each removal copies what stays.
    if (kept.length >= 2 * minEntries) kept = kept.slice(-minEntries)
    for (const listener of subscriptions) push(listener, entries)
  }

  function read(after?: LogPosition): LogRead {
    const position = positionAt(sequence)
    const trimmed = sequence - kept.length
    if (
      after === undefined ||
      after.epoch !== position.epoch ||
      after.tip !== String(after.sequence) ||
      !Number.isSafeInteger(after.sequence) ||
      after.sequence > sequence ||
      after.sequence < trimmed
    )
      return { reset: true, position }
    const start = after.sequence - trimmed
    const entries = kept.slice(start, start + pageSize)
    return { reset: false, entries, position, complete: start + entries.length === kept.length }
  }

  function subscribe(listener: LogListener): LogSubscription {
    // One listener may subscribe twice.
    const subscribed: LogListener = {
      entries: (entries) => listener.entries(entries),
      wake: () => listener.wake(),
    }
    subscriptions.add(subscribed)
    return {
      restart: () => {},
      close: () => void subscriptions.delete(subscribed),
      status: () => ({ isOpen: subscriptions.has(subscribed), lastFailure: undefined, ignoredMessages: 0 }),
    }
  }

  return { append, read, subscribe }
}

function push(listener: LogListener, entries: readonly LogEntry[]): void {
  try {
    listener.entries(entries)
  } catch {
    // The change is stored, and other listeners must receive it. This one will read it.
  }
}
