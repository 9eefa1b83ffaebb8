import type { FollowableStore, RevocationStore } from '@revoked/core'
import { assertOpen, type Following, type ObservableStore, type SharedHandler } from '@revoked/core/follow'
import { type RemoteParts, remoteParts } from './remote-parts.ts'

/** Options for {@link observable}. */
export interface ObservableOptions {
  readonly remote: FollowableStore
  /** The handler with which the remote is followed. */
  readonly handler: SharedHandler
  readonly following: Following
  readonly maxStalenessMs: number
  readonly timeoutMs: number
  readonly idleAfterMs?: number | undefined
}

/**
 * Returns the members by which others observe the logs that a store follows, and what the remote
 * does by itself.
 */
export function observable({
  remote,
  handler,
  following,
  maxStalenessMs,
  timeoutMs,
  idleAfterMs,
}: ObservableOptions): Omit<ObservableStore, keyof RevocationStore | 'timeoutMs'> & {
  readonly timeoutMs: number
} & RemoteParts {
  return {
    ...remoteParts(remote),
    logs: remote.logs,
    logOf: (key) => remote.logOf(key),
    logKey: (key) => remote.logKey(key),
    maxStalenessMs,
    timeoutMs,
    observe: (other) => {
      if (idleAfterMs !== undefined)
        throw new TypeError('The option idleAfter excludes watch: the reads of the change log would stop.')
      assertOpen(following.status())
      return { status: following.status, close: handler.add(other) }
    },
  }
}
