import { hashOf } from './value-hash.ts'

/**
 * A filter that recognises most absent values at once. A lookup in a map reads the table of the map
 * and then strings at random places of the heap; the filter reads one byte. Nearly every checked
 * token is not revoked, so nearly every lookup ends here: a check takes 181 ns instead of 220 with
 * 300 marks, and 516 ns instead of 1,155 with a million (Node 20.20, 2026-11).
 */
export interface ValueFilter {
  /**
   * The number of values per slot. A full counter stays full until the next recount, and means that
   * a value may be there.
   */
  counts: Uint8Array
}

const fullCount = 255
const slotsPerValue = 4
const fewestSlots = 64

/**
 * The number of low bits of the hash that choose the shard, and so are the same for all of its
 * values.
 */
const shardBits = 6

/** Returns a filter without values. */
export function createValueFilter(): ValueFilter {
  return { counts: new Uint8Array(fewestSlots) }
}

/** Returns false if no value has this hash, and true if one may have it. */
export function mayHold({ counts }: ValueFilter, hash: number): boolean {
  return counts[slotOf(hash, counts)] !== 0
}

/** Counts a value that was added to `values`. Must be called after each addition. */
export function valueAdded(filter: ValueFilter, value: string, values: ReadonlyMap<string, unknown>): void {
  const { counts } = filter
  if (values.size * slotsPerValue > counts.length) recount(filter, counts.length * 2, values)
  else add(counts, value)
}

/** Removes a value that was deleted from `values`. Must be called after each deletion. */
export function valueDeleted(filter: ValueFilter, value: string, values: ReadonlyMap<string, unknown>): void {
  const { counts } = filter
  const slot = slotOf(hashOf(value), counts)
  const count = counts[slot] ?? 0
  if (count < fullCount) counts[slot] = count - 1
  const isSparse = values.size * slotsPerValue * 4 < counts.length
  if (isSparse && counts.length > fewestSlots) recount(filter, counts.length / 2, values)
}

function recount(filter: ValueFilter, slots: number, values: ReadonlyMap<string, unknown>): void {
  filter.counts = new Uint8Array(slots)
  for (const value of values.keys()) add(filter.counts, value)
}

function add(counts: Uint8Array, value: string): void {
  const slot = slotOf(hashOf(value), counts)
  const count = counts[slot] ?? 0
  if (count < fullCount) counts[slot] = count + 1
}

/** Returns the slot of a hash. The number of slots is a power of two. */
function slotOf(hash: number, counts: Uint8Array): number {
  return (hash >>> shardBits) & (counts.length - 1)
}
