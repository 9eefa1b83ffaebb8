import { startTimer } from '../follow/timer.ts'

/** A queue of items that are processed in batches, one batch after the other. */
export interface BatchQueue<Item> {
  /** Adds an item. One that is in a running batch is processed again. */
  readonly add: (item: Item) => void
  readonly remove: (item: Item) => void
  /** Returns true until the item was processed. */
  readonly has: (item: Item) => boolean
  readonly size: () => number
  /** Spreads the batches of the queue over this time in ms. */
  readonly spread: (ms: number) => void
}

/** Options for {@link createBatchQueue}. */
export interface BatchQueueOptions<Item> {
  /** Processes items. Returns those that need not be processed again. Must not reject. */
  readonly run: (batch: readonly Item[]) => Promise<ReadonlySet<Item>>
  readonly maxBatch: number
  /** The pause after a batch of which nothing was processed, in ms. */
  readonly retryMs: number
  /** The monotonic clock, in ms. */
  readonly now: () => number
}

/**
 * Returns an empty queue. If nothing of a batch can be processed, the next one is half as large:
 * otherwise an item whose processing always fails would hold up all others.
 */
export function createBatchQueue<Item>({ run, maxBatch, retryMs, now }: BatchQueueOptions<Item>): BatchQueue<Item> {
  /** Items, with the number of their last addition. */
  const queued = new Map<Item, number>()
  let additions = 0
  let batchSize = maxBatch
  let spreadUntil = -Infinity
  let isRunning = false

  function firstItems(): readonly (readonly [Item, number])[] {
    const items: (readonly [Item, number])[] = []
    for (const entry of queued) {
      if (items.push(entry) >= batchSize) break
    }
    return items
  }

  /** Processes a batch. Returns the pause before the next one. */
  async function runBatch(): Promise<number> {
    const batch = firstItems()
    const processed = await run(batch.map(([item]) => item))
    for (const [item, addition] of batch) {
      const last = queued.get(item)
      if (last === undefined) continue
      queued.delete(item)
      // It was added again meanwhile, or could not be processed.
      if (last !== addition || !processed.has(item)) queued.set(item, last)
    }
    batchSize = processed.size === 0 ? Math.ceil(batchSize / 2) : Math.min(batchSize * 2, maxBatch)
    return processed.size === 0 ? retryMs : Math.max(0, spreadUntil - now()) / Math.ceil(queued.size / batchSize + 1)
  }

  async function runAll(): Promise<void> {
    isRunning = true
    // Items that are added in the same turn share the first batch.
    await pause(0)
    while (queued.size > 0) {
      const ms = await runBatch()
      if (queued.size > 0) await pause(ms)
    }
    isRunning = false
  }

  return {
    add: (item) => {
      queued.set(item, ++additions)
      if (!isRunning) void runAll()
    },
    remove: (item) => void queued.delete(item),
    has: (item) => queued.has(item),
    size: () => queued.size,
    spread: (ms) => {
      spreadUntil = now() + ms
    },
  }
}

/** Resolves after a turn of the event loop, and at least that time. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    startTimer(resolve, ms)
  })
}
