import { withDeadline } from '../deadline.ts'
import { nextTurn } from '../next-turn.ts'
import type { FollowableStore, LogSubscription } from '../store/change-log.ts'
import type { Clock } from './clock.ts'
import type { Follower } from './follower.ts'
import { createReaderFailures, type ReaderFailureStatus } from './reader-failures.ts'
import { createStallDetector } from './stall-detector.ts'
import { startTimer, stopTimer, type Timer } from './timer.ts'

/** A reader that keeps a follower up to date: it reads the log, and subscribes to its pushes. */
export interface LogReader {
  /**
   * Reads the log, unless it is being read. Must be called regularly. Also replaces the
   * subscription if it is stalled.
   */
  readonly tick: () => void
  /**
   * Reads the log once more, although it is being read. Does so after a pause if that brought
   * nothing before.
   */
  readonly demand: () => void
  readonly status: () => LogReaderStatus
  readonly close: () => void
}

/**
 * The state of a reader.
 *
 * @example
 * ```ts
 * import type { LogReaderStatus } from '@revoked/core/follow'
 *
 * // Many gaps: pushes are lost or late, and each of them costs a read.
 * const gapsOf = (status: LogReaderStatus): number => status.gaps
 * ```
 */
export interface LogReaderStatus extends ReaderFailureStatus {
  /** The number of pushes that did not follow what was known. */
  readonly gaps: number
  /**
   * The number of regular reads that found changes which no push had delivered: it was late, or
   * lost.
   */
  readonly latePushes: number
}

/** Options for `createLogReader`. */
export interface LogReaderOptions {
  readonly store: Pick<FollowableStore, 'read' | 'subscribe'>
  readonly log: number
  readonly follower: Follower
  readonly clock: Clock
  readonly maxStalenessMs: number
  /** Called when the log was read to its end. */
  readonly confirmed: () => void
}

/**
 * The longest wait for an answer, unless the lease is shorter. With a longer one, a lost answer
 * would delay the recovery from a fault.
 */
const maxReadMs = 2_000

/**
 * The pause after a read that failed or changed nothing. Each further one doubles it, up to a
 * quarter of the lease. Pushes that say nothing new cost a few reads therefore.
 */
const minPauseMs = 20

/**
 * The time after which a subscription counts as stalled, in leases, if reads find what it should
 * have delivered.
 */
const leasesUntilStalled = 2

/** Returns a reader, which has subscribed. It reads at the first tick. */
export function createLogReader({
  store,
  log,
  follower,
  clock,
  maxStalenessMs,
  confirmed,
}: LogReaderOptions): LogReader {
  const stall = createStallDetector(maxStalenessMs * leasesUntilStalled)
  let isReading = false
  let isDue = false
  let isClosed = false
  let waiting: Timer | undefined
  let fruitless = 0
  let gaps = 0
  let latePushes = 0

  /** Reads one page. Returns whether the log must be read again. */
  async function readPage(isRegular: boolean): Promise<boolean> {
    const reading = follower.startRead()
    const answer = await withDeadline(store.read(log, reading.after), Math.min(maxStalenessMs, maxReadMs))
    if (isClosed) return false
    const before = follower.position()
    const isAtEnd = follower.finishRead(reading, answer)
    const isChanged = follower.position() !== before
    if (isAtEnd) confirmed()
    if (isRegular && isChanged && !answer.reset) {
      stall.missed(clock.monotonic())
      latePushes++
    }
    fruitless = isChanged || (isRegular && isAtEnd) ? 0 : fruitless + 1
    return !isAtEnd
  }

  async function read(isRegular: boolean): Promise<void> {
    stopTimer(waiting)
    waiting = undefined
    isReading = true
    isDue = false
    try {
      if (await readPage(isRegular)) isDue = true
      // A store in this process answers at once, and its pages would block the event loop.
      if (isDue) await nextTurn()
    } catch (cause) {
      failures.readFailed(cause)
      fruitless++
      isDue = true
    }
    isReading = false
    if (isDue) demand()
  }

  function demand(): void {
    isDue = true
    if (isReading || isClosed || waiting !== undefined) return
    if (fruitless === 0) void read(false)
    else waiting = startTimer(() => void read(false), Math.min(minPauseMs * 2 ** (fruitless - 1), maxStalenessMs / 4))
  }

  const subscription: LogSubscription = store.subscribe(log, {
    entries: (entries) => {
      stall.pushed()
      if (isClosed || follower.push(entries)) return
      gaps++
      demand()
    },
    wake: () => {
      stall.pushed()
      demand()
    },
  })

  const failures = createReaderFailures(subscription, clock.wall)

  return {
    tick: () => {
      failures.notice()
      if (stall.isStalled(clock.monotonic())) subscription.restart()
      if (!isReading && waiting === undefined) void read(true)
    },
    demand,
    status: () => ({ ...failures.status(), gaps, latePushes }),
    close: () => {
      isClosed = true
      stopTimer(waiting)
      subscription.close()
    },
  }
}
