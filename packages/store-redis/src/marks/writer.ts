import { type Key, type KeyedMark, markCovers, marksEqual, mergeMarks } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import type { Partition } from './key-space.ts'
import { fromStored, toStored } from './stored-mark.ts'
import { createSwapper } from './swapper.ts'

/** Writes of one partition. */
export interface Writer {
  /** Merges the mark into what its key holds. Answers whether it revoked anything more. */
  readonly record: (keyed: KeyedMark) => Promise<boolean>
  readonly forget: (key: Key) => Promise<void>
}

/**
 * A key that changes under every attempt, this many times, is being fought over by something else.
 */
const maxAttempts = 1_000

/**
 * Who forgets later than this was told long ago that it failed, and the mark may be somebody's new
 * one.
 */
const forgetWithinMs = 5_000

/** The merge stays in core; the server only compares and swaps. */
export function createWriter(port: RedisPort, partition: Partition): Writer {
  const swap = createSwapper(port, partition)

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
        throw new Error(`The server took more than ${forgetWithinMs} ms to say what to forget.`)
      current = conflict
    }
    throw tooManyConflicts()
  }

  return { record, forget }
}

function tooManyConflicts(): Error {
  return new Error(`The mark changed under ${maxAttempts} attempts to write it.`)
}
