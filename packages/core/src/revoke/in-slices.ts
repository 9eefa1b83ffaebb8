import { nextTurn } from '../next-turn.ts'
import { BatchAbortedError } from '../store-errors.ts'
import type { BatchOptions, BatchProgress } from './batch-options.ts'

/**
 * The number of marks to store at a time. A store encodes as many in one turn of the event loop, in
 * about 5 ms over Redis (Node 20.20, 2026-11).
 */
export const marksAtATime = 500

/** Options of {@link storeInSlices}. */
export interface Slices<Item, Result> extends BatchOptions {
  /** The most items in a slice. */
  readonly size: number
  /** Stores a slice. Resolves to one result per item. */
  readonly store: (slice: readonly Item[], start: number) => Promise<readonly Result[]>
}

/**
 * Stores the items slice by slice, in order, with turns of the event loop in between, so that a
 * batch delays no check of the same process.
 *
 * @throws BatchAbortedError if the signal was aborted before every slice had begun.
 */
export async function storeInSlices<Item, Result>(
  items: readonly Item[],
  { size, store, onProgress, signal }: Slices<Item, Result>,
): Promise<readonly Result[]> {
  const total = items.length
  const results: Result[] = []
  const underWay: Promise<readonly Result[]>[] = []
  const progress = createProgress(onProgress)

  async function settleFirst(): Promise<void> {
    for (const result of (await underWay.shift()) ?? []) results.push(result)
    progress.report({ recorded: results.length, total })
  }

  for (let start = 0; start < total && !signal?.aborted; start += size) {
    const storing = store(items.slice(start, start + size), start)
    // The slice before it is awaited first, and this one may fail earlier.
    storing.catch(() => {})
    underWay.push(storing)
    if (underWay.length === maxUnderWay) await settleFirst()
    if (start + size < total) await nextTurn()
  }
  while (underWay.length > 0) await settleFirst()
  if (results.length < total) throw new BatchAbortedError(results.length, total, { cause: signal?.reason })
  progress.end()
  return results
}

/** The number of slices under way: the store works on one while the next one is prepared. */
const maxUnderWay = 2

/** Calls back until that fails. `end` throws what was thrown, or what a promise rejected with. */
function createProgress(onProgress: BatchOptions['onProgress']): {
  readonly report: (progress: BatchProgress) => void
  readonly end: () => void
} {
  let failure: { readonly error: unknown } | undefined
  const fail = (error: unknown): void => {
    failure ??= { error }
  }
  return {
    report: (progress) => {
      if (failure !== undefined) return
      try {
        const answer: unknown = onProgress?.(progress)
        // An unhandled rejection would end the process in the middle of the batch.
        if (answer instanceof Promise) answer.catch(fail)
      } catch (error) {
        fail(error)
      }
    },
    end: () => {
      if (failure !== undefined) throw failure.error
    },
  }
}

/** The number of items to plan in one turn of the event loop: about 2 ms (Node 20.20, 2026-11). */
const plansAtATime = 2_048

/**
 * Maps the items in order, with a turn of the event loop after each slice, so that a revocation of
 * many targets delays no other request.
 */
export async function mapInSlices<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Result,
): Promise<readonly Result[]> {
  if (items.length <= plansAtATime) return items.map(map)
  const results: Result[] = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % plansAtATime === 0) await nextTurn()
    results.push(map(item, index))
  }
  return results
}
