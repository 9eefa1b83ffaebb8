import type { LogListener, LogSubscription } from '@revoked/core'
import type { ChannelListener, PostgresPort } from '../clients/port.ts'
import { toPostgresError } from '../clients/postgres-error.ts'
import type { DatabaseFunctions } from '../schema/functions.ts'

/** Tells listeners, in all processes, that there may be entries to read. */
export interface WakeUps {
  /** Sends a wake-up to all processes, and wakes the listeners of this store at once. */
  readonly send: () => Promise<void>
  readonly subscribe: (listener: LogListener) => LogSubscription
}

interface Subscriber {
  readonly wake: () => void
  isClosed: boolean
}

/**
 * Returns the wake-ups of a store. They are sent apart from the transactions that they are about,
 * because `NOTIFY` takes a lock at the commit that orders all transactions that notify. There is
 * one listener for all subscriptions. Nothing depends on it: it may die in silence.
 */
export function createWakeUps(port: PostgresPort, functions: DatabaseFunctions, schema: string): WakeUps {
  const subscribers = new Set<Subscriber>()
  let listener: ChannelListener | undefined
  let isOpen = false
  let lastFailure: Error | undefined
  let sending: Promise<void> | undefined
  let isDue = false

  function wakeAll(): void {
    for (const { wake } of [...subscribers]) wake()
  }

  function listen(): ChannelListener | undefined {
    return port.listen?.(`${schema}.changes`, {
      notified: wakeAll,
      opened: () => {
        isOpen = true
      },
      lost: (cause) => {
        isOpen = false
        lastFailure = toPostgresError(cause)
      },
    })
  }

  /** Wake-ups that are due while one is on its way are sent as one. */
  async function sendAll(): Promise<void> {
    try {
      while (isDue) {
        isDue = false
        await functions.call('wake_up')
      }
    } finally {
      sending = undefined
    }
  }

  function close(subscriber: Subscriber): void {
    subscriber.isClosed = true
    subscribers.delete(subscriber)
    if (subscribers.size > 0) return
    listener?.close()
    listener = undefined
    isOpen = false
  }

  return {
    send: () => {
      // Not within this call: the caller of `record` continues first.
      setImmediate(wakeAll)
      isDue = true
      sending ??= sendAll()
      return sending
    },
    subscribe: ({ wake }) => {
      const subscriber: Subscriber = { wake: () => wakeSafely(wake), isClosed: false }
      subscribers.add(subscriber)
      listener ??= listen()
      return {
        restart: () => {
          if (!subscriber.isClosed) listener?.restart()
        },
        close: () => close(subscriber),
        status: () => ({ isOpen: isOpen && !subscriber.isClosed, lastFailure, ignoredMessages: 0 }),
      }
    },
  }
}

/** A listener must not throw. If it does, others must be called, and it will read the log. */
function wakeSafely(wake: () => void): void {
  try {
    wake()
  } catch {
    // See above.
  }
}
