import type { Key, KeyedMark, Mark } from '@revoked/core'
import { createShard, deleteMark, putMark, type Shard, sweepShard } from './shard.ts'
import { mayHold } from './value-filter.ts'
import { hashOf } from './value-hash.ts'

/** Marks by key, expired ones included until they are swept. */
export interface MarkTable {
  readonly size: number
  readonly get: (key: Key) => Mark | undefined
  /**
   * Returns the marks among the keys that have not expired. Reads the clock only if there is a
   * mark.
   */
  readonly find: (keys: readonly Key[], now: () => number) => readonly KeyedMark[]
  /** Sets the mark of a key. It must not expire before an older mark of the key. */
  readonly put: (key: Key, mark: Mark) => void
  readonly delete: (key: Key) => void
  /**
   * Yields all marks, in batches of at most that size. What changes meanwhile may or may not be
   * among them.
   */
  readonly batches: (size: number) => Iterable<KeyedMark[]>
  /**
   * Drops expired marks, looking at no more than `limit` of them. Returns how many it looked at:
   * fewer than `limit` means that it is done.
   */
  readonly sweep: (now: number, limit: number) => number
}

/**
 * Shards per scope. One map of a million entries stops the event loop for 50 ms when it grows and
 * for 25 ms when it shrinks (Node 20.20, 2026-11), because it is built anew as a whole; of 64 maps
 * one at a time is.
 */
const shardCount = 64

const nothingFound: readonly KeyedMark[] = Object.freeze([])

/**
 * Returns an empty table: a map of small maps per scope, each with a separate queue of expiries.
 */
export function createMarkTable(): MarkTable {
  // Two arrays and a scan: for the handful of scopes that there are, a map took three times as
  // long.
  const scopes: string[] = []
  const shardsOfScope: Shard[][] = []
  const hashes: number[] = []
  let size = 0
  let cursor = 0

  function shardOf(scope: string, hash: number): Shard | undefined {
    for (let index = 0; index < scopes.length; index++) {
      if (scopes[index] === scope) return shardsOfScope[index]?.[hash & (shardCount - 1)]
    }
    return undefined
  }

  function shardOfKey({ scope, value }: Key): Shard | undefined {
    return shardOf(scope, hashOf(value))
  }

  function addScope(scope: string): void {
    scopes.push(scope)
    shardsOfScope.push(Array.from({ length: shardCount }, createShard))
  }

  /** Runs a change of the shard, and updates the size. */
  function changing<T>(shard: Shard, change: () => T): T {
    const before = shard.entries.size
    const result = change()
    size += shard.entries.size - before
    return result
  }

  return {
    get size() {
      return size
    },
    get: (key) => shardOfKey(key)?.entries.get(key.value)?.mark,
    find: (keys, now) => {
      let found: KeyedMark[] | undefined
      // All hashes come first: the processor then waits for the words of all filters at once.
      for (let index = 0; index < keys.length; index++) hashes[index] = hashOf((keys[index] as Key).value)
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index] as Key
        const hash = hashes[index] as number
        const shard = shardOf(key.scope, hash)
        if (shard === undefined || !mayHold(shard, hash)) continue
        const mark = shard.entries.get(key.value)?.mark
        if (mark === undefined || mark.expiresAt <= now()) continue
        if (found === undefined) found = [{ key, mark }]
        else found.push({ key, mark })
      }
      return found ?? nothingFound
    },
    put: (key, mark) => {
      if (!scopes.includes(key.scope)) addScope(key.scope)
      const shard = shardOfKey(key) as Shard
      changing(shard, () => putMark(shard, key.value, mark))
    },
    delete: (key) => {
      const shard = shardOfKey(key)
      if (shard !== undefined) changing(shard, () => deleteMark(shard, key.value))
    },
    batches: function* (batchSize) {
      let batch: KeyedMark[] = []
      for (const [index, scope] of scopes.entries()) {
        for (const { entries } of shardsOfScope[index] ?? []) {
          for (const { value, mark } of entries.values()) {
            if (batch.push({ key: { scope, value }, mark }) < batchSize) continue
            yield batch
            batch = []
          }
        }
      }
      if (batch.length > 0) yield batch
    },
    sweep: (now, limit) => {
      const shards = shardsOfScope.length * shardCount
      let looks = 0
      for (let visits = 0; visits < shards && looks < limit; visits++) {
        const shard = shardsOfScope[Math.floor(cursor / shardCount)]?.[cursor % shardCount] as Shard
        looks += changing(shard, () => sweepShard(shard, now, limit - looks))
        // The next sweep continues with the shard that used up the limit.
        if (looks < limit) cursor = (cursor + 1) % shards
      }
      return looks
    },
  }
}
