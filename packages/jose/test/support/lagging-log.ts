import type { FollowableStore } from '@revoked/core'

/**
 * The change log of a store, which can be made to lag: no push and no answer to a read arrives any
 * more, and the subscription stays.
 */
export interface LaggingLog extends Pick<FollowableStore, 'read' | 'subscribe'> {
  readonly lag: () => void
}

export function laggingLog(inner: FollowableStore): LaggingLog {
  let lags = false
  return {
    lag: () => {
      lags = true
    },
    read: (log, after) => (lags ? new Promise(() => undefined) : inner.read(log, after)),
    subscribe: (log, listener) =>
      inner.subscribe(log, {
        entries: (entries) => {
          if (!lags) listener.entries(entries)
        },
        wake: () => {
          if (!lags) listener.wake()
        },
      }),
  }
}
