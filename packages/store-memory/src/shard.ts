import type { Mark } from '@revoked/core'
import FlatQueue from 'flatqueue'
import { createValueFilter, type ValueFilter, valueAdded, valueDeleted } from './value-filter.ts'

interface Entry {
  readonly value: string
  mark: Mark
}

/**
 * A small map of marks by value, with a queue of their expiries. It is a filter itself: an object
 * of its own would be another place of the heap to read in each lookup.
 */
export interface Shard extends ValueFilter {
  readonly entries: Map<string, Entry>
  /**
   * Every entry once, ordered by an instant at or before its expiry, and entries that have been
   * deleted since.
   */
  readonly queue: FlatQueue<Entry>
}

/** Returns an empty shard. */
export function createShard(): Shard {
  return { entries: new Map(), queue: new FlatQueue(), ...createValueFilter() }
}

/** Sets the mark. It must not expire before an older mark of the value. */
export function putMark(shard: Shard, value: string, mark: Mark): void {
  const { entries, queue } = shard
  const existing = entries.get(value)
  if (existing !== undefined) {
    // Its place in the queue is too early, and is corrected when the queue reaches it.
    existing.mark = mark
    return
  }
  const entry = { value, mark }
  entries.set(value, entry)
  valueAdded(shard, value, entries)
  queue.push(entry, mark.expiresAt)
}

/** Deletes the mark. Its entry stays in the queue until deleted ones make up half of it. */
export function deleteMark(shard: Shard, value: string): void {
  const { entries, queue } = shard
  if (entries.delete(value)) valueDeleted(shard, entries)
  if (queue.length < 2 * entries.size + 8) return
  queue.clear()
  for (const entry of entries.values()) queue.push(entry, entry.mark.expiresAt)
  queue.shrink()
}

/** Drops expired marks, looking at no more than `limit` entries. Returns how many it looked at. */
export function sweepShard(shard: Shard, now: number, limit: number): number {
  const { entries, queue } = shard
  let looks = 0
  for (; looks < limit && (queue.peekValue() ?? Infinity) <= now; looks++) {
    const entry = queue.pop()
    if (entry === undefined || entries.get(entry.value) !== entry) continue
    if (entry.mark.expiresAt > now) queue.push(entry, entry.mark.expiresAt)
    else {
      entries.delete(entry.value)
      valueDeleted(shard, entries)
    }
  }
  // The queue references removed items until it is shrunk.
  if (looks > 0) queue.shrink()
  return looks
}
