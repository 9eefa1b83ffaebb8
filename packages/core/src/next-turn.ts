// Every JavaScript runtime has the first one and many have the second, but the library of the
// language declares neither.
declare function setTimeout(callback: () => void, ms: number): unknown
declare const setImmediate: ((callback: () => void) => unknown) | undefined

/**
 * Calls back after a turn of the event loop, in which everything that has arrived is delivered.
 *
 * `setTimeout` alone does not guarantee that in Node: if its callbacks take longer than a
 * millisecond, a timer of 0 ms runs among them, before any socket is read.
 */
export function afterTurn(callback: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(callback)
  else setTimeout(callback, 0)
}

/** Resolves after a turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => afterTurn(resolve))
}
