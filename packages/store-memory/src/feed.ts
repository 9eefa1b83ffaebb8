import type { FeedChange, FeedConnection, FeedFollower, FeedPosition, Key, KeyedMark } from '@revoked/core'

// Every JavaScript runtime has these two, but the library of the language does not declare them.
declare function queueMicrotask(callback: () => void): void
declare const crypto: { randomUUID(): string }

/** The change log of a store in this process. It emits every change at once, and loses none. */
export interface Feed {
  readonly append: (recorded: readonly KeyedMark[], forgotten: readonly Key[]) => void
  readonly follow: (follower: FeedFollower) => FeedConnection
}

/** Returns an empty log. */
export function createFeed(): Feed {
  // The epoch is created late, because workers allow no random values while a module is evaluated,
  // when stores are created.
  let epoch: string | undefined
  const subscriptions = new Set<Subscription>()
  let sequence = 0

  // One process writes this log, so its length names its last change.
  function position(): FeedPosition {
    epoch ??= crypto.randomUUID()
    return { epoch, sequence, tip: String(sequence) }
  }

  return {
    append: (recorded, forgotten) => {
      const previousTip = String(sequence)
      sequence++
      const change = { position: position(), previousTip, recorded, forgotten }
      for (const subscription of subscriptions) subscription.emit(change)
    },
    follow: (follower) => {
      const subscription = subscribe(follower, position)
      subscriptions.add(subscription)
      return {
        probe: subscription.probe,
        restart: subscription.restart,
        close: async () => {
          subscription.end()
          subscriptions.delete(subscription)
        },
      }
    },
  }
}

interface Subscription {
  readonly emit: (change: FeedChange) => void
  readonly probe: (id: string) => Promise<void>
  readonly restart: (cause?: Error) => void
  readonly end: () => void
}

function subscribe(follower: FeedFollower, position: () => FeedPosition): Subscription {
  let state: 'opening' | 'open' | 'ended' = 'opening'

  // In a microtask: no callback may run before `follow` has returned.
  function open(): void {
    queueMicrotask(() => {
      if (state !== 'opening') return
      state = 'open'
      follower.opened()
    })
  }

  function restart(cause?: Error): void {
    if (state !== 'open') return
    state = 'opening'
    follower.closed(cause)
    open()
  }

  open()
  return {
    emit: (change) => {
      if (state !== 'open') return
      try {
        follower.changed(change)
      } catch (cause) {
        // The change is stored, and other followers must receive it. Only this one has missed it.
        restart(new Error('The follower threw while it applied a change.', { cause }))
      }
    },
    probe: async (id) => {
      if (state === 'ended') throw new Error('The feed connection is closed.')
      if (state === 'open') follower.confirmed(id, position())
    },
    restart: () => restart(),
    end: () => {
      state = 'ended'
    },
  }
}
