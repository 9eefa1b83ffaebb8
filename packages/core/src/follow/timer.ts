// Every JavaScript runtime has these two, but the library of the language does not declare them.
declare function setTimeout(callback: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

/** A timer that was started. */
export type Timer = unknown

/** Starts a timer, which keeps no process alive. */
export function startTimer(callback: () => void, ms: number): Timer {
  const timer = setTimeout(callback, ms)
  // Timers are numbers in some runtimes.
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref()
  return timer
}

/** Stops a timer. One that has run, or was never started, is ignored. */
export function stopTimer(timer: Timer): void {
  clearTimeout(timer)
}
