// Every JavaScript runtime has it, but the library of the language does not declare it.
declare function setTimeout(callback: () => void, ms: number): number | { unref(): void }

/** The operations that the sweeper needs. */
export interface Sweepable {
  /** Returns true if there is nothing that will expire. */
  readonly isEmpty: () => boolean
  /** Sweeps for at most a few milliseconds. Returns true if there is more to do at once. */
  readonly sweepSlice: () => boolean
}

/**
 * Returns a function that starts the sweeper, and must be called after every addition. It sweeps in
 * the background, in slices, with one timer. There is no timer if nothing can expire, and none
 * keeps the process alive. Expiry never depends on a timer, because timers overflow at 24.8 days.
 *
 * The sweeper lives as long as the returned function is referenced: its timer does not keep a store
 * in memory that nobody uses any more, such as the former copy of a mirror.
 */
export function createSweeper({ isEmpty, sweepSlice }: Sweepable): () => void {
  let isScheduled = false

  function schedule(ms: number): void {
    isScheduled = true
    const timer = setTimeout(weakly(sweep), ms)
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

/**
 * Returns a function that calls this one unless it has been collected. Without `WeakRef`, as in
 * older workers, it is never collected.
 */
function weakly(callback: () => void): () => void {
  if (typeof WeakRef === 'undefined') return callback
  const reference = new WeakRef(callback)
  return () => reference.deref()?.()
}

/** The pause between two slices while there is more to do, in which other work runs. */
const pauseMs = 1

/** The pause while nothing has expired. */
const idleMs = 1_000
