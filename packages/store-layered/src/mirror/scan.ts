import { type FollowableStore, type KeyedMark, withDeadline } from '@revoked/core'
import type { Clock } from '@revoked/core/follow'
import type { LocalCopy } from './local-copy.ts'
import type { Slots } from './slots.ts'

/** A scan of one log into a new local copy. */
export interface Scan {
  /** Returns the copy, once the scan has begun. Entries must be applied to it from then on. */
  readonly copy: () => LocalCopy | undefined
  /** Returns the monotonic instant at which the scan had read everything. */
  readonly endedAt: () => number | undefined
  /** Returns the number of marks that were read. */
  readonly marks: () => number
  /** Returns the time that the scan takes or took, in ms. */
  readonly durationMs: () => number
  /** Ends the scan. No callback runs afterwards. */
  readonly close: () => void
}

/** Options for {@link startScan}. */
export interface ScanOptions {
  readonly remote: Pick<FollowableStore, 'scan'>
  readonly log: number
  /** Opens the copy. */
  readonly open: () => LocalCopy
  /** The scans that may run at the same time. */
  readonly slots: Slots
  /** The time to wait before the scan, in ms. */
  readonly delayMs: number
  readonly clock: Clock
  /** Called after each slice of marks. */
  readonly grown: () => void
  /** Called when the scan has read everything. */
  readonly ended: () => void
  /** Called if the scan has failed. */
  readonly failed: (cause: unknown) => void
}

/**
 * The limit of marks that are added in one turn of the event loop: about half a millisecond
 * (Node 20.20, 2026-11).
 */
const sliceSize = 500

/**
 * The longest wait for a batch. A server with many other keys may look at millions of them before
 * it finds marks.
 */
const maxBatchMs = 30_000

/** Starts a scan, with turns of the event loop between slices of marks. */
export function startScan({ remote, log, open, slots, delayMs, clock, grown, ended, failed }: ScanOptions): Scan {
  let copy: LocalCopy | undefined
  let startedAt: number | undefined
  let endedAt: number | undefined
  let marks = 0
  let isClosed = false
  let close: () => void = () => undefined
  const closing = new Promise<IteratorReturnResult<undefined>>((resolve) => {
    close = () => resolve({ done: true, value: undefined })
  })

  async function fill(target: LocalCopy, batch: readonly KeyedMark[]): Promise<void> {
    for (let start = 0; start < batch.length && !isClosed; start += sliceSize) {
      const slice = batch.slice(start, start + sliceSize)
      await target.fill(slice)
      marks += slice.length
      if (!isClosed) grown()
      await nextTurn()
    }
  }

  async function read(target: LocalCopy): Promise<void> {
    const batches = remote.scan(log)[Symbol.asyncIterator]()
    try {
      while (!isClosed) {
        const { done, value } = await withDeadline(Promise.race([batches.next(), closing]), maxBatchMs)
        if (done === true) return
        await fill(target, value)
      }
    } finally {
      // Not awaited: it would wait for a batch that may never arrive.
      batches.return?.().then(undefined, () => undefined)
    }
  }

  async function run(): Promise<void> {
    if (delayMs > 0) await pause(delayMs)
    await slots.use(async () => {
      if (isClosed) return
      startedAt = clock.monotonic()
      copy = open()
      await read(copy)
      if (isClosed) return
      copy.endFill()
      endedAt = clock.monotonic()
      ended()
    })
  }

  run().catch((cause: unknown) => {
    if (!isClosed) failed(cause)
  })

  return {
    copy: () => copy,
    endedAt: () => endedAt,
    marks: () => marks,
    durationMs: () => (startedAt === undefined ? 0 : (endedAt ?? clock.monotonic()) - startedAt),
    close: () => {
      isClosed = true
      close()
    },
  }
}

/** Resolves after a time. Keeps no process alive. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref())
}

/** Resolves after a turn of the event loop. A timer would add a millisecond to each slice. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
