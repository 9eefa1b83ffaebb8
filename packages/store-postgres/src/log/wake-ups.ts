import { setTimeout as delay } from 'node:timers/promises'
import type { LogListener, LogSubscription } from '@revoked/core'
import type { ChannelListener, PostgresPort } from '../clients/port.ts'
import { toPostgresError } from '../clients/postgres-error.ts'
import type { DatabaseFunctions } from '../schema/functions.ts'

/** Tells listeners, in all processes, that there may be entries to read. */
export interface WakeUps {
  /** Sends a wake-up to all processes soon, and wakes the listeners of this store at once. */
  readonly sendSoon: () => void
  /** Does the same now. Rejects if it could not be sent. */
  readonly send: () => Promise<void>
  readonly subscribe: (listener: LogListener) => LogSubscription
}

interface Subscriber {
  readonly wake: () => void
  isClosed: boolean
}

/** The pause between two wake-ups, in ms. Each of them makes every process read the log. */
const pauseMs = 20

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
  let isSending = false
  let isDue = false
  let isWaking = false

  function wakeAll(): void {
    isWaking = false
    for (const { wake } of [...subscribers]) wake()
  }

  /** Not within this call: the caller of `record` continues first. */
  function wakeSoon(): void {
    if (!isWaking) setImmediate(wakeAll)
    isWaking = true
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

  /** Wake-ups that are due while one is on its way, or soon after, are sent as one. */
  async function sendDue(): Promise<void> {
    if (isSending) return
    isSending = true
    while (isDue) {
      isDue = false
      // One that is lost costs time, and nothing else.
      await functions.call('wake_up').catch(() => undefined)
      await delay(pauseMs, undefined, { ref: false })
    }
    isSending = false
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
    sendSoon: () => {
      wakeSoon()
      isDue = true
      void sendDue()
    },
    send: async () => {
      wakeSoon()
      await functions.call('wake_up')
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
