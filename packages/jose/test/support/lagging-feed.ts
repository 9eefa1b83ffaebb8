import type { ProbedStore } from '@revoked/core'

/**
 * The feed of a store, which can be made to lag: nothing that happens arrives any more, and the
 * connection stays.
 */
export interface LaggingFeed extends Pick<ProbedStore, 'follow'> {
  readonly lag: () => void
}

export function laggingFeed(inner: ProbedStore): LaggingFeed {
  let lags = false
  return {
    lag: () => {
      lags = true
    },
    follow: (log, follower) =>
      inner.follow(log, {
        opened: () => follower.opened(),
        closed: (cause) => follower.closed(cause),
        changed: (change) => {
          if (!lags) follower.changed(change)
        },
        confirmed: (probe, position) => {
          if (!lags) follower.confirmed(probe, position)
        },
      }),
  }
}
