// Every JavaScript runtime has it; the language's own library does not declare it.
declare function setTimeout(callback: () => void, ms: number): number | { unref(): void }

/** Between two slices, while there is more to do: other work of the event loop gets its turn. */
const pauseMs = 1

/** While nothing has expired. */
const idleMs = 1_000

/** What is to be swept, in slices. */
export interface Sweepable {
  /** Whether there is anything that will expire one day. */
  readonly isEmpty: () => boolean
  /** Sweeps for at most a few milliseconds. Answers whether there is more to do at once. */
  readonly sweepSlice: () => boolean
}

/**
 * Sweeps in the background, in slices: one timer for all, none while there is nothing to expire,
 * and none that keeps the process alive. Expiry itself never depends on a timer: timers overflow
 * at 24.8 days.
 *
 * @returns wakes the sweeper up: to be called whenever something was added.
 */
export function createSweeper({ isEmpty, sweepSlice }: Sweepable): () => void {
  let isScheduled = false

  function schedule(ms: number): void {
    isScheduled = true
    const timer = setTimeout(sweep, ms)
    if (typeof timer === 'object') timer.unref()
  }

  function sweep(): void {
    isScheduled = false
    if (sweepSlice()) schedule(pauseMs)
    else if (!isEmpty()) schedule(idleMs)
  }

  return () => {
    if (!isScheduled) schedule(idleMs)
  }
}
