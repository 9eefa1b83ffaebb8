import { setTimeout as delay } from 'node:timers/promises'

const largestBatch = 1_000

/** Limits the number of items a second, so that others are served meanwhile. */
export interface Pace {
  /** How many items to do at once. */
  readonly batchSize: number
  /** Resolves when the next items may be done. */
  readonly passed: (items: number) => Promise<void>
}

/** Returns a pace of so many items a second, or one without a limit. */
export function createPace(perSecond: number | undefined): Pace {
  if (perSecond === undefined) return { batchSize: largestBatch, passed: async () => undefined }
  const startedAt = performance.now()
  let done = 0
  return {
    // A tenth of a second, so that it is a stream rather than a burst each second.
    batchSize: Math.min(largestBatch, Math.max(1, Math.floor(perSecond / 10))),
    passed: async (items) => {
      done += items
      const waitMs = startedAt + (done / perSecond) * 1_000 - performance.now()
      if (waitMs > 0) await delay(waitMs)
    },
  }
}
