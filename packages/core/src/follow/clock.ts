// Every JavaScript runtime has it, but the library of the language does not declare it.
declare const performance: { now(): number }

/**
 * The two clocks of a lease, in ms. One of them may stop or go back for a while: the monotonic
 * clock while a machine sleeps, the wall clock if it is set back. A lease ends if either clock says
 * so.
 *
 * @example
 * ```ts
 * import type { Clock } from '@revoked/core/follow'
 *
 * const stopped: Clock = { monotonic: () => 0, wall: () => 1_790_000_000_000 } // For tests.
 * ```
 */
export interface Clock {
  readonly monotonic: () => number
  readonly wall: () => number
}

/**
 * An instant on both clocks.
 *
 * @example
 * ```ts
 * import { type Moment, momentOf, systemClock } from '@revoked/core/follow'
 *
 * const ageOf = (confirmedAt: Moment): number => momentOf(systemClock).monotonic - confirmedAt.monotonic
 * ```
 */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

/**
 * The clocks of this process.
 *
 * @example
 * ```ts
 * import { type FollowOptions, systemClock } from '@revoked/core/follow'
 *
 * const options: FollowOptions = { maxStalenessMs: 2_000, clock: systemClock }
 * ```
 */
export const systemClock: Clock = { monotonic: () => performance.now(), wall: () => Date.now() }

/**
 * Returns the current moment.
 *
 * @example
 * ```ts
 * import { momentOf, systemClock } from '@revoked/core/follow'
 *
 * const startedAt = momentOf(systemClock)
 * const elapsedMs = (): number => momentOf(systemClock).monotonic - startedAt.monotonic
 * ```
 */
export function momentOf({ monotonic, wall }: Clock): Moment {
  return { monotonic: monotonic(), wall: wall() }
}
