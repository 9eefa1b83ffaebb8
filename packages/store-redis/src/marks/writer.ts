import { type Key, type KeyedMark, markCovers, marksEqual, mergeMarks } from '@revoked/core'
import { fromStored, toStored } from './stored-mark.ts'
import { createSwapper, type SwapperOptions } from './swapper.ts'

/** The write operations of one partition. */
export interface Writer {
  /** Merges the mark into that of its key. Resolves to true if more is revoked than before. */
  readonly record: (keyed: KeyedMark) => Promise<boolean>
  readonly forget: (key: Key) => Promise<void>
}

/** The limit of attempts. A key that changes this often is written by something else. */
const maxAttempts = 1_000

/**
 * The limit for a `forget`, in ms. After it, the caller has long seen a failure, and the mark may
 * be a new one.
 */
const forgetWithinMs = 5_000

/** Returns the writer of a partition. Core merges marks; the server only compares and swaps. */
export function createWriter(options: SwapperOptions): Writer {
  const swap = createSwapper(options)

  async function record({ key, mark }: KeyedMark): Promise<boolean> {
    let current = ''
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const held = current === '' ? undefined : fromStored(current)
      const merged = held === undefined ? mark : mergeMarks(held, mark)
      if (held !== undefined && marksEqual(held, merged)) return false
      const conflict = await swap({ key, expected: current, wanted: toStored(merged), expiresAt: merged.expiresAt })
      if (conflict === undefined) return held === undefined || !markCovers(held, mark)
      current = conflict
    }
    throw tooManyConflicts()
  }

  async function forget(key: Key): Promise<void> {
    const giveUpAt = Date.now() + forgetWithinMs
    let current = ''
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const conflict = await swap({ key, expected: current, wanted: '', expiresAt: 0 })
      if (conflict === undefined) return
      if (Date.now() > giveUpAt)
        throw new Error(
          `The mark was not removed, because the server took more than ${forgetWithinMs} ms to return it.`,
        )
      current = conflict
    }
    throw tooManyConflicts()
  }

  return { record, forget }
}

function tooManyConflicts(): Error {
  return new Error(`The mark changed during each of ${maxAttempts} attempts to write it.`)
}
