import type { Random } from './random.ts'

/** The clocks and timers of a process whose time the simulation advances. */
export interface VirtualHost {
  /** Returns the true time in ms. Either clock may differ from it. */
  readonly now: () => number
  readonly advanceTo: (time: number) => void
  /** Changes the wall clock by this time. */
  readonly stepWall: (ms: number) => void
  /** Stops or continues the monotonic clock and the timers, as a machine that sleeps does. */
  readonly holdMonotonic: (isHeld: boolean) => void
  /** Returns true if the monotonic clock runs. */
  readonly isAwake: () => boolean
  /** Runs the timers that are due. A late call simulates a blocked event loop. */
  readonly runTimers: () => void
  /** Runs all pending promise reactions. */
  readonly drain: () => Promise<void>
  /** Restores the clocks and timers of the real process. */
  readonly uninstall: () => void
}

interface Timer {
  at: number
  readonly everyMs: number | undefined
  readonly run: () => void
  readonly unref: () => Timer
}

const real = {
  now: performance.now,
  wall: Date.now,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  random: Math.random,
}

/**
 * Replaces the clocks, the timers and the random numbers of this process, so that the unchanged
 * product runs in virtual time, and does the same whenever it is run.
 */
export function installVirtualHost(random: Random): VirtualHost {
  let time = 0
  let monotonic = 1_000_000
  let wall = 1_700_000_000_000
  let isHeld = false
  const timers = new Set<Timer>()

  function start(run: () => void, ms: number, everyMs: number | undefined): Timer {
    const timer: Timer = { at: monotonic + ms, everyMs, run, unref: () => timer }
    timers.add(timer)
    return timer
  }
  const stop = (timer: unknown): void => void timers.delete(timer as Timer)

  Object.assign(performance, { now: () => monotonic })
  Object.assign(Date, { now: () => wall })
  Object.assign(Math, { random: random.next })
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms: number) => start(run, ms, undefined),
    setInterval: (run: () => void, ms: number) => start(run, ms, ms),
    clearTimeout: stop,
    clearInterval: stop,
  })

  return {
    now: () => time,
    advanceTo: (to) => {
      const ms = to - time
      time = to
      wall += ms
      if (!isHeld) monotonic += ms
    },
    stepWall: (ms) => {
      wall += ms
    },
    holdMonotonic: (hold) => {
      isHeld = hold
    },
    isAwake: () => !isHeld,
    runTimers: () => {
      for (const timer of timers) {
        if (timer.at > monotonic) continue
        if (timer.everyMs === undefined) timers.delete(timer)
        else timer.at = monotonic + timer.everyMs
        timer.run()
      }
    },
    drain: () => new Promise((resolve) => void real.setImmediate(resolve)),
    uninstall: () => {
      const { now, wall, random, setImmediate: _, ...rest } = real
      Object.assign(performance, { now })
      Object.assign(Date, { now: wall })
      Object.assign(Math, { random })
      Object.assign(globalThis, rest)
    },
  }
}
