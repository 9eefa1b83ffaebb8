// Every JavaScript runtime has it, but the library of the language does not declare it.
declare const performance: { now(): number }

/**
 * The two clocks of a lease, in ms. One of them may stop or go back for a while: the monotonic
 * clock while a machine sleeps, the wall clock if it is set back. A lease ends if either clock says
 * so.
 */
export interface Clock {
  readonly monotonic: () => number
  readonly wall: () => number
}

/** An instant on both clocks. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

/** The clocks of this process. */
export const systemClock: Clock = { monotonic: () => performance.now(), wall: () => Date.now() }

/** Returns the current moment. */
export function momentOf({ monotonic, wall }: Clock): Moment {
  return { monotonic: monotonic(), wall: wall() }
}
