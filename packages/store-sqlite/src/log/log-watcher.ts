import type { LogEntry, LogListener, LogPosition, LogSubscription } from '@revoked/core'
import type { MarkStatements, Row } from '../connection/mark-statements.ts'
import { readFeed } from './feed.ts'

/** Tells listeners of changes of the log: those of this store at once, and others by a timer. */
export interface LogWatcher {
  /** Pushes what this store has committed after a position. Does not throw. */
  readonly committed: (start: LogPosition, entries: readonly LogEntry[]) => void
  /** Looks now whether others have changed the log. */
  readonly look: () => void
  readonly subscribe: (listener: LogListener) => LogSubscription
  readonly close: () => void
}

/**
 * How often to look for changes of other connections, in ms. A look takes about 3 µs, and 5 µs with
 * that for another file at the path.
 */
const periodMs = 20

/** Beyond this number, listeners are woken, and read. */
const maxPushed = 500

interface Subscriber {
  readonly listener: LogListener
  lastFailure: Error | undefined
  isOpen: boolean
}

/**
 * Returns a watcher without listeners, which has no timer.
 *
 * `PRAGMA data_version` changes if another connection has committed to the file, also to other
 * tables, and not if this one has. It must always be asked on one and the same connection, and says
 * no more than that it is time to look: what has changed is in the table.
 */
export function createLogWatcher(statements: () => MarkStatements): LogWatcher {
  const subscribers = new Set<Subscriber>()
  let timer: NodeJS.Timeout | undefined
  let known: LogPosition | undefined
  let knownOn: MarkStatements | undefined
  let knownVersion: unknown

  /** Returns whether the log has another end than the last one that is known. */
  function hasMoved(): boolean {
    const now = statements()
    const version = (now.dataVersion.get() as Row<'data_version'> | undefined)?.data_version
    if (now === knownOn && version === knownVersion) return false
    const end = readFeed(now)
    const moved = end?.epoch !== known?.epoch || end?.sequence !== known?.sequence || end?.tip !== known?.tip
    // Last, so that a look that fails is made again.
    knownOn = now
    knownVersion = version
    known = end
    return moved
  }

  function look(): void {
    try {
      const moved = hasMoved()
      for (const subscriber of subscribers) subscriber.isOpen = true
      if (moved) wakeAll()
    } catch (error) {
      for (const subscriber of subscribers) {
        subscriber.isOpen = false
        subscriber.lastFailure = error instanceof Error ? error : new Error('The database failed.', { cause: error })
      }
    }
  }

  function wakeAll(): void {
    for (const { listener } of [...subscribers]) call(() => listener.wake())
  }

  return {
    look,
    committed: (start, entries) => {
      const end = entries.at(-1)?.position
      if (end === undefined || subscribers.size === 0) return
      const isContinued = start.epoch === known?.epoch && start.sequence === known.sequence && start.tip === known.tip
      known = end
      if (!isContinued || entries.length > maxPushed) return wakeAll()
      for (const { listener } of [...subscribers]) call(() => listener.entries(entries))
    },
    subscribe: (listener) => {
      const subscriber: Subscriber = { listener, isOpen: true, lastFailure: undefined }
      subscribers.add(subscriber)
      timer ??= setInterval(look, periodMs).unref()
      return {
        restart: () => {},
        close: () => {
          subscriber.isOpen = false
          subscribers.delete(subscriber)
          if (subscribers.size > 0) return
          clearInterval(timer)
          timer = undefined
        },
        status: () => ({ isOpen: subscriber.isOpen, lastFailure: subscriber.lastFailure, ignoredMessages: 0 }),
      }
    },
    close: () => {
      clearInterval(timer)
      for (const subscriber of subscribers) subscriber.isOpen = false
      subscribers.clear()
    },
  }
}

/** A listener must not throw. If it does, others must be called, and it will read the log. */
function call(push: () => void): void {
  try {
    push()
  } catch {
    // See above.
  }
}
