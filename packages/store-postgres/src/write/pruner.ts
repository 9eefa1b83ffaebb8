import type { DatabaseFunctions } from '../schema/functions.ts'

/** The largest number of rows to remove at once: about 10 ms of the server. */
const sliceSize = 1_000

/** The pause between two slices, and while nothing is left, in ms. */
const pauseMs = 50
const idleMs = 30_000

/**
 * Removes expired rows in the background, in slices. Expiry does not depend on it. It keeps no
 * process alive, and ends with it.
 *
 * @param prune - Removes at most so many rows, and returns how many it has removed.
 */
export function startPruner(prune: (most: number) => Promise<number>): void {
  async function run(): Promise<void> {
    let removed = 0
    try {
      removed = await prune(sliceSize)
    } catch {
      // Rows that have expired are not found in any case, and a failure shows in other calls.
    }
    schedule(removed >= sliceSize ? pauseMs : idleMs * (0.5 + Math.random()))
  }

  function schedule(ms: number): void {
    setTimeout(() => void run(), ms).unref()
  }

  schedule(idleMs * Math.random())
}

/**
 * Returns the function that removes marks that have expired, and old entries of the audit trail.
 */
export function pruneMarksOf(functions: DatabaseFunctions, auditForMs: number | undefined) {
  const keepMs = auditForMs === undefined ? null : String(auditForMs)
  return async (most: number): Promise<number> => Number(await functions.call('prune_marks', keepMs, String(most)))
}

/** What {@link pruneStoreOf} removes. */
export interface PruneOptions {
  readonly auditForMs: number | undefined
  readonly logLength: number
}

/**
 * Returns the function that removes what has expired, and what the change log need not keep.
 * Changes get their places in the log, and old ones are dropped, when somebody reads it. Without a
 * cache, a mirror or a watch nobody does, and they would be pending for ever.
 */
export function pruneStoreOf(functions: DatabaseFunctions, { auditForMs, logLength }: PruneOptions) {
  const pruneMarks = pruneMarksOf(functions, auditForMs)
  return async (most: number): Promise<number> => {
    const removed = await pruneMarks(most)
    const { more } = (await functions.read('read_log', null, String(logLength))) as { readonly more: boolean }
    return more ? most : removed
  }
}
