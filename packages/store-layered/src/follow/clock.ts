/**
 * Two clocks, in ms. One of them may stand still for a while (the monotonic one while a machine
 * sleeps, the other one where somebody sets it back): a lease is over as soon as either says so.
 */
export interface Clock {
  readonly monotonic: () => number
  readonly wall: () => number
}

/** The clocks of this process. */
export const systemClock: Clock = { monotonic: () => performance.now(), wall: () => Date.now() }
