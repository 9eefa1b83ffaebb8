import type { FollowableStore, LogEntry } from '../store/change-log.ts'
import type { Key } from '../store/store.ts'
import { type Clock, type Moment, systemClock } from './clock.ts'
import { createFollower, type Follower } from './follower.ts'
import { createLogReader, type LogReader, type LogReaderStatus } from './log-reader.ts'
import { startTimer, stopTimer, type Timer } from './timer.ts'

/**
 * A store whose logs are followed.
 *
 * @example
 * ```ts
 * import type { Following } from '@revoked/core/follow'
 *
 * const isReady = (following: Following): boolean => following.status().every(({ state }) => state === 'live')
 * ```
 */
export interface Following {
  /** The followers of the logs, by log. */
  readonly followers: readonly Follower[]
  /**
   * Notes that the store is used, at this monotonic instant. Starts to read again after an idle
   * time.
   */
  readonly used: (monotonic: number) => void
  /** Reads a log once more before its next regular read, also if it is being read. */
  readonly readSoon: (log: number) => void
  /** Returns the state of each log. */
  readonly status: () => readonly LogStatus[]
  /** Ends the reads and the subscriptions. What is known may be served until its lease ends. */
  readonly close: () => void
}

/**
 * The state of a followed log.
 *
 * @example
 * ```ts
 * import type { LogStatus } from '@revoked/core/follow'
 *
 * const describe = ({ state, gaps, lastFailure }: LogStatus): string =>
 *   `${state}, ${gaps} gaps, last failure: ${lastFailure?.message ?? 'none'}`
 * ```
 */
export interface LogStatus extends LogReaderStatus {
  /**
   * `live`: what is known may be served. `stale`: it was not confirmed for longer than
   * `maxStaleness`. `starting`: nothing has been read yet. `idle`: reads are stopped. `closed`: for
   * good.
   */
  readonly state: LogState
  /** When the read was sent that confirmed the log last. */
  readonly confirmedAt: Moment | undefined
}

/**
 * The state of a log, from the best to the worst.
 *
 * @example
 * ```ts
 * import type { LogState } from '@revoked/core/follow'
 *
 * const mayServe = (state: LogState): boolean => state === 'live'
 * ```
 */
export type LogState = 'live' | 'idle' | 'stale' | 'starting' | 'closed'

/**
 * Callbacks of a followed store. They must not throw.
 *
 * @example
 * ```ts
 * import type { StoreHandler } from '@revoked/core/follow'
 *
 * const revoked = new Set<string>()
 * const handler: StoreHandler = {
 *   apply: ({ key, mark }) => void (mark === undefined ? revoked.delete(key.value) : revoked.add(key.value)),
 *   reset: () => revoked.clear(),
 * }
 * ```
 */
export interface StoreHandler {
  /** Applies an entry. The entries of a log are applied in order, each one once. */
  readonly apply: (entry: LogEntry, log: number) => void
  /** Called if entries were missed: everything that was learned of the log before is void. */
  readonly reset: (log: number) => void
  /** Called if pushed entries do not fit: their keys have changed, in an unknown order. */
  readonly suspect?: (keys: readonly Key[], log: number) => void
  /** Called when the log was read to its end. */
  readonly confirmed?: (log: number) => void
  /** Called once an hour: everything is to be learned anew, although nothing was missed. */
  readonly renew?: (log: number) => void
}

/**
 * Options for {@link followStore}.
 *
 * @example
 * ```ts
 * import type { FollowableStore } from '@revoked/core'
 * import { type FollowOptions, followStore, type StoreHandler } from '@revoked/core/follow'
 *
 * const options: FollowOptions = { maxStalenessMs: 2_000, idleAfterMs: 60_000 }
 * const follow = (store: FollowableStore, handler: StoreHandler) => followStore(store, handler, options)
 * ```
 */
export interface FollowOptions {
  /** The time in ms for which a complete read is valid. */
  readonly maxStalenessMs: number
  /** The time in ms without use after which reads stop. Default: they do not stop. */
  readonly idleAfterMs?: number | undefined
  /** The clocks. Default: those of the process. */
  readonly clock?: Clock
}

/** The shortest time between two regular reads, as a share of the lease. */
const minIntervalShare = 0.2

/** The jitter of regular reads, as a share of the lease, so that instances do not read at once. */
const jitterShare = 0.08

/**
 * The time after which everything is learned anew. The protocol needs no expiry, so this only
 * limits the effect of an error in it.
 */
const renewalMs = 3_600_000

/**
 * Follows all logs of a store: reads them about four times in `maxStalenessMs`, and applies their
 * pushes. Timers only send reads: freshness is tested when it is used.
 *
 * @example
 * ```ts
 * import { followStore } from '@revoked/core/follow'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const following = followStore(
 *   memoryStore(),
 *   {
 *     apply: ({ key, mark }) => console.log(key.scope, mark === undefined ? 'reinstated' : 'revoked'),
 *     reset: () => console.log('Everything that was learned before is void.'),
 *   },
 *   { maxStalenessMs: 2_000 },
 * )
 * following.close()
 * ```
 */
export function followStore(
  store: FollowableStore,
  handler: StoreHandler,
  { maxStalenessMs, idleAfterMs = Infinity, clock = systemClock }: FollowOptions,
): Following {
  const followers = Array.from({ length: store.logs }, (_, log) =>
    createFollower({
      maxStalenessMs,
      clock,
      handler: {
        apply: (entry) => handler.apply(entry, log),
        reset: () => handler.reset(log),
        suspect: (keys) => handler.suspect?.(keys, log),
      },
    }),
  )
  let readers: readonly LogReader[] = []
  let timer: Timer | undefined
  let usedAt = clock.monotonic()
  let renewedAt = clock.monotonic()
  let state: 'running' | 'idle' | 'closed' = 'idle'

  function start(): void {
    state = 'running'
    readers = followers.map((follower, log) =>
      createLogReader({ store, log, follower, clock, maxStalenessMs, confirmed: () => handler.confirmed?.(log) }),
    )
    tick()
  }

  function stop(next: 'idle' | 'closed'): void {
    state = next
    stopTimer(timer)
    for (const reader of readers) reader.close()
  }

  // One timer for all logs: the reads of one turn of the event loop can share a round-trip.
  function tick(): void {
    const now = clock.monotonic()
    if (now - usedAt > idleAfterMs) {
      stop('idle')
      return
    }
    if (now - renewedAt > renewalMs) renew(now)
    for (const reader of readers) reader.tick()
    timer = startTimer(tick, maxStalenessMs * (minIntervalShare + jitterShare * Math.random()))
  }

  function renew(now: number): void {
    renewedAt = now
    for (const [log, follower] of followers.entries()) {
      follower.renew()
      handler.renew?.(log)
    }
  }

  function stateOf(follower: Follower): LogState {
    if (state === 'closed') return 'closed'
    if (follower.isLive(clock.monotonic(), clock.wall())) return 'live'
    if (state === 'idle') return 'idle'
    return follower.confirmedAt() === undefined ? 'starting' : 'stale'
  }

  start()
  return {
    followers,
    used: (monotonic) => {
      usedAt = monotonic
      if (state === 'idle') start()
    },
    readSoon: (log) => readers[log]?.demand(),
    status: () =>
      followers.map((follower, log) => ({
        ...(readers[log] as LogReader).status(),
        state: stateOf(follower),
        confirmedAt: follower.confirmedAt(),
      })),
    close: () => stop('closed'),
  }
}
