/** The clocks and timers of a process whose time passes only when it is told to. */
export interface VirtualHost {
  /** True time, in ms: what neither of the two clocks has to agree with. */
  readonly now: () => number
  readonly advanceTo: (time: number) => void
  /** Steps the wall clock. */
  readonly stepWall: (ms: number) => void
  /** Holds the monotonic clock, and the timers with it, as a machine that sleeps does. */
  readonly holdMonotonic: (isCachedMark: boolean) => void
  /** Whether the monotonic clock runs. */
  readonly isAwake: () => boolean
  /** Runs what is due. A blocked event loop is one that calls this late. */
  readonly runTimers: () => void
  /** Promise reactions, and those that they lead to. */
  readonly drain: () => Promise<void>
  /** Puts the clocks and timers of the real process back. */
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
}

/**
 * Takes the place of the clocks and timers of this process, so that the product runs in virtual
 * time unchanged.
 */
export function installVirtualHost(): VirtualHost {
  let time = 0
  let monotonic = 1_000_000
  let wall = 1_700_000_000_000
  let isCachedMark = false
  const timers = new Set<Timer>()

  function start(run: () => void, ms: number, everyMs: number | undefined): Timer {
    const timer: Timer = { at: monotonic + ms, everyMs, run, unref: () => timer }
    timers.add(timer)
    return timer
  }
  const stop = (timer: unknown): void => void timers.delete(timer as Timer)

  Object.assign(performance, { now: () => monotonic })
  Object.assign(Date, { now: () => wall })
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
      if (!isCachedMark) monotonic += ms
    },
    stepWall: (ms) => {
      wall += ms
    },
    holdMonotonic: (hold) => {
      isCachedMark = hold
    },
    isAwake: () => !isCachedMark,
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
      const { now, wall, setImmediate: _, ...rest } = real
      Object.assign(performance, { now })
      Object.assign(Date, { now: wall })
      Object.assign(globalThis, rest)
    },
  }
}
