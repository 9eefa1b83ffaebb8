import type { LogListener, LogSubscription } from '@revoked/core'
import { type BrokenLog, wrapped } from './break-log.ts'

/** Opens a store whose listeners and subscriptions are changed. */
function subscribing(
  breakListener: (listener: LogListener) => LogListener,
  breakSubscription: (subscription: LogSubscription, listener: LogListener) => LogSubscription = (same) => same,
): BrokenLog['open'] {
  return wrapped((store) => ({
    subscribe: (log, listener) => breakSubscription(store.subscribe(log, breakListener(listener)), listener),
  }))
}

function sameListener(listener: LogListener): LogListener {
  return listener
}

/** Stores whose pushes break what little the contract says about them. */
export const brokenPushes: readonly BrokenLog[] = [
  {
    bug: 'pushes nothing, ever',
    detectedBy: 'pushes entries or a wake-up after changes, to each subscription',
    open: subscribing((listener) => ({ ...listener, entries: () => {} })),
  },
  {
    bug: 'pushes to the last subscription',
    detectedBy: 'pushes entries or a wake-up after changes, to each subscription',
    open: wrapped((store) => {
      let last: LogListener | undefined
      return {
        subscribe: (log, listener) => {
          last = listener
          const entries: LogListener['entries'] = (pushed) => void (last === listener && listener.entries(pushed))
          return store.subscribe(log, { ...listener, entries })
        },
      }
    }),
  },
  {
    bug: 'wakes the listener at once',
    detectedBy: 'calls no listener before subscribe has returned',
    open: wrapped((store) => ({
      subscribe: (log, listener) => {
        listener.wake()
        return store.subscribe(log, listener)
      },
    })),
  },
  {
    bug: 'pushes entries without their marks',
    detectedBy: 'pushes nothing but entries of the log, in order',
    open: subscribing((listener) => ({
      ...listener,
      entries: (entries) => listener.entries(entries.map((entry) => ({ ...entry, mark: undefined }))),
    })),
  },
  {
    bug: 'pushes entries of another log',
    detectedBy: 'pushes nothing but entries of the log, in order',
    open: subscribing((listener) => ({
      ...listener,
      entries: (entries) =>
        listener.entries(
          entries.map((entry) => ({
            ...entry,
            position: { ...entry.position, sequence: entry.position.sequence + 50 },
          })),
        ),
    })),
  },
  {
    bug: 'pushes the entries of a batch in reverse order',
    detectedBy: 'pushes nothing but entries of the log, in order',
    open: subscribing((listener) => ({ ...listener, entries: (entries) => listener.entries(entries.toReversed()) })),
  },
  {
    bug: 'goes on after it was closed',
    detectedBy: 'calls no listener after close',
    open: subscribing(sameListener, (subscription) => ({ ...subscription, close: () => {} })),
  },
  {
    bug: 'closes all subscriptions with one',
    detectedBy: 'calls no listener after close',
    open: wrapped((store) => {
      const all: LogSubscription[] = []
      return {
        subscribe: (log, listener) => {
          const subscription = store.subscribe(log, listener)
          all.push(subscription)
          const close = (): void => {
            for (const one of all) one.close()
          }
          return { ...subscription, close }
        },
      }
    }),
  },
  {
    bug: 'ends with a restart',
    detectedBy: 'pushes again after a restart',
    open: subscribing(sameListener, (subscription) => ({ ...subscription, restart: subscription.close })),
  },
  {
    bug: 'opens again with a restart after close',
    detectedBy: 'stays closed if it is restarted after close',
    open: wrapped((store) => ({
      subscribe: (log, listener) => {
        let subscription = store.subscribe(log, listener)
        return {
          restart: () => {
            subscription.close()
            subscription = store.subscribe(log, listener)
          },
          close: () => subscription.close(),
          status: () => subscription.status(),
        }
      },
    })),
  },
  {
    bug: 'is never reported as open',
    detectedBy: 'reports whether the subscription is open',
    open: subscribing(sameListener, (subscription) => ({
      ...subscription,
      status: () => ({ ...subscription.status(), isOpen: false }),
    })),
  },
  {
    bug: 'is reported as open after it was closed',
    detectedBy: 'reports whether the subscription is open',
    open: subscribing(sameListener, (subscription) => ({
      ...subscription,
      status: () => ({ ...subscription.status(), isOpen: true }),
    })),
  },
]
