import type { LogSubscription, LogSubscriptionStatus } from '../store/change-log.ts'

/** The failures of a reader of a change log: of its reads, and of its subscription. */
export interface ReaderFailures {
  /** Notes that a read has failed. */
  readonly readFailed: (cause: unknown) => void
  /** Must be called regularly, to notice failures of the subscription. */
  readonly notice: () => void
  readonly status: () => ReaderFailureStatus
}

/**
 * The last failures of a reader, and when they were noticed, in ms since the epoch.
 *
 * @example
 * ```ts
 * import type { ReaderFailureStatus } from '@revoked/core/follow'
 *
 * const isFailing = ({ lastFailureAt = 0 }: ReaderFailureStatus): boolean => Date.now() - lastFailureAt < 60_000
 * ```
 */
export interface ReaderFailureStatus {
  readonly subscription: LogSubscriptionStatus
  /** The last failure of a read. It stays when reads succeed again. */
  readonly lastFailure: Error | undefined
  /** When that read failed, in ms since the epoch. */
  readonly lastFailureAt: number | undefined
  /**
   * When the last failure of the subscription was noticed, in ms since the epoch: at a read, or
   * when the state is asked for.
   */
  readonly subscriptionFailedAt: number | undefined
}

/** Returns the failures of a reader with that subscription, and none so far. */
export function createReaderFailures(
  subscription: Pick<LogSubscription, 'status'>,
  wall: () => number,
): ReaderFailures {
  let lastFailure: Error | undefined
  let lastFailureAt: number | undefined
  let subscriptionFailure: Error | undefined
  let subscriptionFailedAt: number | undefined

  function notice(): LogSubscriptionStatus {
    const status = subscription.status()
    if (status.lastFailure !== subscriptionFailure) {
      subscriptionFailure = status.lastFailure
      subscriptionFailedAt = subscriptionFailure && wall()
    }
    return status
  }

  return {
    readFailed: (cause) => {
      // Before the read, so that the order of the failures is known.
      notice()
      lastFailure = cause instanceof Error ? cause : new Error('The change log could not be read.', { cause })
      lastFailureAt = wall()
    },
    notice,
    status: () => ({ subscription: notice(), lastFailure, lastFailureAt, subscriptionFailedAt }),
  }
}
