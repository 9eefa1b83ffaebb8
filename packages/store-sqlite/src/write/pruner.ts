import { isBusy } from '../connection/sqlite-error.ts'

/** Options for {@link startPruner}. */
export interface PrunerOptions {
  /**
   * Removes what has expired, at most {@link pruneSlice} rows of a table. Returns whether there may
   * be more.
   */
  readonly pruneSlice: () => boolean
}

/**
 * The largest number of rows to remove at once. With a million marks, each row is on another page,
 * of the table and of its index.
 */
export const pruneSliceSize = 100

/** The pause between two slices, in which other work runs. */
const pauseMs = 10

/** The pause while nothing has expired. */
const idleMs = 30_000

/** The pause after the start, so that a process that starts has its loop for itself. */
const firstMs = 1_000

/**
 * Removes expired rows in the background, in slices. Expiry does not depend on it. It keeps no
 * process alive. Returns the function that ends it.
 */
export function startPruner({ pruneSlice }: PrunerOptions): () => void {
  let timer: NodeJS.Timeout
  let isStopped = false

  function schedule(ms: number): void {
    timer = setTimeout(run, ms)
    timer.unref()
  }

  function run(): void {
    let hasMore = false
    try {
      hasMore = pruneSlice()
    } catch (error) {
      // Rows that have expired are not found in any case, and a failure will show in other calls.
      hasMore = isBusy(error)
    }
    // Several processes prune one file: they should not do so in step.
    if (!isStopped) schedule(hasMore ? pauseMs + Math.random() * pauseMs : idleMs * (0.5 + Math.random()))
  }

  schedule(firstMs * (0.5 + Math.random()))
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
