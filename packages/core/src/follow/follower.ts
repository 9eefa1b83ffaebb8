import type { LogEntry, LogPosition, LogRead } from '../store/change-log.ts'
import type { Key } from '../store/store.ts'
import { type Clock, type Moment, momentOf } from './clock.ts'
import { createLease } from './lease.ts'

/**
 * A follower of one change log: it turns the answers of reads and pushes into decisions. It does no
 * I/O and has no timers.
 *
 * If {@link isLive} holds, every change that was acknowledged more than `maxStaleness` ago has been
 * passed to `apply` of the handler, or what was learned before it is void.
 *
 * @example
 * ```ts
 * import type { FollowableStore } from '@revoked/core'
 * import type { Follower } from '@revoked/core/follow'
 *
 * // Reads a log to its end, once.
 * async function catchUp(store: FollowableStore, follower: Follower, log: number): Promise<void> {
 *   for (let isDone = false; !isDone; ) {
 *     const reading = follower.startRead()
 *     isDone = follower.finishRead(reading, await store.read(log, reading.after))
 *   }
 * }
 * ```
 */
export interface Follower {
  /** Returns the position up to which entries were applied. */
  readonly position: () => LogPosition | undefined
  /** Returns the generation. It grows when everything that was learned before is void. */
  readonly generation: () => number
  /** Returns true if what is known of the log may be served at this instant. */
  readonly isLive: (monotonic: number, wall: number) => boolean
  /** Returns true if an answer to a question of that instant may still be shared. */
  readonly isRecent: (askedAt: Moment) => boolean
  /** Returns when the read was sent that confirmed the log last. */
  readonly confirmedAt: () => Moment | undefined
  /** Notes that a read is sent now. The log must be read from its `after` on. */
  readonly startRead: () => LogReading
  /**
   * Applies the answer to a read. One that arrives after a deadline must be dropped instead.
   *
   * @returns whether the end of the log was reached. If not, the log must be read again.
   */
  readonly finishRead: (reading: LogReading, answer: LogRead) => boolean
  /** Applies a push. Returns whether it fits. If not, the log must be read. */
  readonly push: (entries: readonly LogEntry[]) => boolean
  /** Begins a new generation, so that everything is learned anew. */
  readonly renew: () => void
}

/**
 * A read in flight.
 *
 * @example
 * ```ts
 * import { type LogReading, momentOf, systemClock } from '@revoked/core/follow'
 *
 * // How long the answer to a read took.
 * const tookMs = ({ sentAt }: LogReading): number => momentOf(systemClock).monotonic - sentAt.monotonic
 * ```
 */
export interface LogReading {
  readonly after: LogPosition | undefined
  readonly sentAt: Moment
  readonly generation: number
}

/** Callbacks of a follower. They must not throw. */
interface LogHandler {
  /** Applies an entry. Entries are applied in order, each one once. */
  readonly apply: (entry: LogEntry) => void
  /** Called if entries were missed: everything that was learned of the log before is void. */
  readonly reset: () => void
  /** Called if pushed entries do not fit: their keys have changed, in an unknown order. */
  readonly suspect: (keys: readonly Key[]) => void
}

/** Options for `createFollower`. */
export interface FollowerOptions {
  readonly maxStalenessMs: number
  readonly clock: Clock
  readonly handler: LogHandler
}

/** Returns a follower that has read nothing. */
export function createFollower({ maxStalenessMs, clock, handler }: FollowerOptions): Follower {
  const lease = createLease(maxStalenessMs)
  let generation = 0
  let at: LogPosition | undefined
  let confirmedAt: Moment | undefined
  // The tips by sequence since the last read was sent.
  let tips = new Map<number, string>()

  /** Applies the entry if it is the next one, and ignores it if it was applied before. */
  function advance(entry: LogEntry): boolean {
    if (at === undefined || entry.position.epoch !== at.epoch) return false
    if (entry.position.sequence <= at.sequence) return true
    if (entry.position.sequence !== at.sequence + 1 || entry.previousTip !== at.tip) return false
    handler.apply(entry)
    at = entry.position
    tips.set(at.sequence, at.tip)
    return true
  }

  function reset(position: LogPosition): void {
    generation++
    at = position
    handler.reset()
  }

  /**
   * Returns true if everything up to the end of an answer was applied. Pushes may have moved the
   * follower beyond it, on a branch of the log that was lost meanwhile. Then the answer has entries
   * of the same sequences that were not applied, and the tip at its end is another one.
   */
  function hasReached({ epoch, sequence, tip }: LogPosition): boolean {
    return at?.epoch === epoch && tips.get(sequence) === tip
  }

  function confirm(sentAt: Moment): void {
    // The lease begins when the read was sent, because the primary answered after that. A slow
    // answer grants a shorter lease.
    lease.grant(sentAt)
    confirmedAt = sentAt
  }

  return {
    position: () => at,
    generation: () => generation,
    isLive: lease.holds,
    isRecent: ({ monotonic, wall }) =>
      clock.monotonic() < monotonic + maxStalenessMs && clock.wall() < wall + maxStalenessMs,
    confirmedAt: () => confirmedAt,
    startRead: () => {
      tips = new Map(at && [[at.sequence, at.tip]])
      return { after: at, sentAt: momentOf(clock), generation }
    },
    finishRead: ({ sentAt, generation: before }, answer) => {
      // The answer is about a log that has been left since.
      if (before !== generation) return false
      if (answer.reset) reset(answer.position)
      else if (!answer.entries.every(advance) || !answer.complete || !hasReached(answer.position)) return false
      confirm(sentAt)
      return true
    },
    push: (entries) => {
      const firstMisfit = entries.findIndex((entry) => !advance(entry))
      if (firstMisfit === -1) return true
      handler.suspect(entries.slice(firstMisfit).map(({ key }) => key))
      return false
    },
    renew: () => {
      generation++
    },
  }
}
