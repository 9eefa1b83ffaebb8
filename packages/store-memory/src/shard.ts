import type { Mark } from '@revoked/core'
import FlatQueue from 'flatqueue'
import { createValueFilter, type ValueFilter, valueAdded, valueDeleted } from './value-filter.ts'

interface Entry {
  readonly value: string
  mark: Mark
}

/** A small map of marks by value, with a queue of their expiries. */
export interface Shard {
  readonly entries: Map<string, Entry>
  /**
   * Every entry once, ordered by an instant at or before its expiry, and entries that have been
   * deleted since.
   */
  readonly queue: FlatQueue<Entry>
  /** A filter that recognises values that are not in `entries`. */
  readonly filter: ValueFilter
}

/** Returns an empty shard. */
export function createShard(): Shard {
  return { entries: new Map(), queue: new FlatQueue(), filter: createValueFilter() }
}

/** Sets the mark. It must not expire before an older mark of the value. */
export function putMark({ entries, queue, filter }: Shard, value: string, mark: Mark): void {
  const existing = entries.get(value)
  if (existing !== undefined) {
    // Its place in the queue is too early, and is corrected when the queue reaches it.
    existing.mark = mark
    return
  }
  const entry = { value, mark }
  entries.set(value, entry)
  valueAdded(filter, value, entries)
  queue.push(entry, mark.expiresAt)
}

/** Deletes the mark. Its entry stays in the queue until deleted ones make up half of it. */
export function deleteMark({ entries, queue, filter }: Shard, value: string): void {
  if (entries.delete(value)) valueDeleted(filter, entries)
  if (queue.length < 2 * entries.size + 8) return
  queue.clear()
  for (const entry of entries.values()) queue.push(entry, entry.mark.expiresAt)
  queue.shrink()
}

/** Drops expired marks, looking at no more than `limit` entries. Returns how many it looked at. */
export function sweepShard({ entries, queue, filter }: Shard, now: number, limit: number): number {
  let looks = 0
  for (; looks < limit && (queue.peekValue() ?? Infinity) <= now; looks++) {
    const entry = queue.pop()
    if (entry === undefined || entries.get(entry.value) !== entry) continue
    if (entry.mark.expiresAt > now) queue.push(entry, entry.mark.expiresAt)
    else {
      entries.delete(entry.value)
      valueDeleted(filter, entries)
    }
  }
  // The queue references removed items until it is shrunk.
  if (looks > 0) queue.shrink()
  return looks
}
