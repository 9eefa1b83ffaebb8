import type { Key, KeyedMark, Mark } from '@revoked/core'
import { createShard, deleteMark, putMark, type Shard, sweepShard } from './shard.ts'

/** Marks by key, expired ones included until they are swept. */
export interface MarkTable {
  readonly size: number
  readonly get: (key: Key) => Mark | undefined
  /** The marks among the keys that have not expired. The clock is read only where there is a mark. */
  readonly find: (keys: readonly Key[], now: () => number) => readonly KeyedMark[]
  /** Over an older mark of the same key, the mark must not expire sooner. */
  readonly put: (key: Key, mark: Mark) => void
  readonly delete: (key: Key) => void
  /** Drops expired marks, looking at no more than `limit` of them. Returns how many it looked at: fewer than `limit` means that it is done. */
  readonly sweep: (now: number, limit: number) => number
}

/**
 * Shards per scope. One map of a million entries stops the event loop for 50 ms whenever it grows and
 * for 25 ms whenever it shrinks (Node 20.20, 2026-11); in 64 maps no step is longer than 1 ms.
 */
export const shardCount = 64

/** The shard of a value, by its length and its end: random and numbered ids spread evenly, e-mail addresses merely work. */
export function shardIndex(value: string): number {
  const { length } = value
  // Before the beginning `charCodeAt` is NaN, which the bit operation takes for 0.
  return (length + value.charCodeAt(length - 1) + 11 * value.charCodeAt(length - 2)) & (shardCount - 1)
}

/** An empty table: a map of small maps per scope, each with its own queue of expiries. */
export function createMarkTable(): MarkTable {
  // Two arrays and a scan: for the handful of scopes that there are, a map took three times as long.
  const scopes: string[] = []
  const shardsOfScope: Shard[][] = []
  let size = 0
  let cursor = 0

  function shardOf({ scope, value }: Key): Shard | undefined {
    for (let index = 0; index < scopes.length; index++) {
      if (scopes[index] === scope) return shardsOfScope[index]?.[shardIndex(value)]
    }
    return undefined
  }

  function addScope(scope: string): void {
    scopes.push(scope)
    shardsOfScope.push(Array.from({ length: shardCount }, createShard))
  }

  /** Runs a change of the shard and keeps the size right. */
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
    get: (key) => shardOf(key)?.entries.get(key.value)?.mark,
    find: (keys, now) => {
      const found: KeyedMark[] = []
      for (const key of keys) {
        const mark = shardOf(key)?.entries.get(key.value)?.mark
        if (mark !== undefined && mark.expiresAt > now()) found.push({ key, mark })
      }
      return found
    },
    put: (key, mark) => {
      if (!scopes.includes(key.scope)) addScope(key.scope)
      const shard = shardOf(key) as Shard
      changing(shard, () => putMark(shard, key.value, mark))
    },
    delete: (key) => {
      const shard = shardOf(key)
      if (shard !== undefined) changing(shard, () => deleteMark(shard, key.value))
    },
    sweep: (now, limit) => {
      const shards = shardsOfScope.length * shardCount
      let looks = 0
      for (let visits = 0; visits < shards && looks < limit; visits++) {
        const shard = shardsOfScope[Math.floor(cursor / shardCount)]?.[cursor % shardCount] as Shard
        looks += changing(shard, () => sweepShard(shard, now, limit - looks))
        // A shard that used up the limit is continued with next time.
        if (looks < limit) cursor = (cursor + 1) % shards
      }
      return looks
    },
  }
}
