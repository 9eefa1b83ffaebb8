import { type FollowableStore, type Key, type KeyedMark, type Mark, markCovers, mergeMarks } from '@revoked/core'
import type { Clock, Follower } from '@revoked/core/follow'
import { createLocalCache, type Entry, isCachedMark, provisional } from './local-cache.ts'

/** The rules of the cache: which entries may be served, and how events change them. */
export interface CachePolicy {
  /** Returns the mark, `null` if the key has none, or `undefined` if the remote must be asked. */
  readonly lookUp: (key: Key, monotonic: number, wall: number) => Mark | null | undefined
  /** Returns the latest known marks of the keys, confirmed or provisional. */
  readonly lastKnown: (keys: readonly Key[]) => KeyedMark[]
  /** Keeps the answer of the remote, which was asked in that generation of the log. */
  readonly loaded: (key: Key, mark: Mark | undefined, generation: number) => void
  /** Applies an entry of the log: the key that it names so holds this mark, or none. */
  readonly applied: (logKey: Key, mark: Mark | undefined) => void
  /** Stops to serve what is cached of the key that the log names so. A mark becomes provisional. */
  readonly suspected: (logKey: Key) => void
  /**
   * Applies a write of this instance: the key holds this mark or more, or will do so. Returns true
   * if that is new. Nothing is served locally for the key until the log delivers the result.
   */
  readonly expected: (keyed: KeyedMark) => boolean
  /** Returns what is cached of the key. Equal entries mean that nothing has changed in between. */
  readonly entryOf: (key: Key) => Entry | undefined
  /** Returns the number of entries per scope. */
  readonly sizes: () => Readonly<Record<string, number>>
}

/** Options for `createCachePolicy`. */
export interface CachePolicyOptions {
  readonly maxEntries: number
  readonly logKey: FollowableStore['logKey']
  readonly followerOf: (key: Key) => Follower
  readonly clock: Clock
}

/** Returns the policy of an empty cache. It trusts entries as far as the follower of their log. */
export function createCachePolicy({ maxEntries, logKey, followerOf, clock }: CachePolicyOptions): CachePolicy {
  const cache = createLocalCache(maxEntries, logKey)
  // Marks of keys that this instance has not seen yet, and knows by their hash only. They count if
  // the remote cannot answer.
  const unseen = createLocalCache(maxEntries, (name) => name)

  function lastKnown(key: Key): Mark | undefined {
    const entry = cache.get(key) ?? unseen.get(logKey(key))
    return isCachedMark(entry) && entry.mark.expiresAt > clock.wall() ? entry.mark : undefined
  }

  function recorded(key: Key, mark: Mark): void {
    const entry = cache.get(key)
    const isBehind = isCachedMark(entry) && entry.mark.expiresAt > clock.wall() && !includes(mark, entry.mark)
    // A mark that was loaded or recorded here may be newer than this entry, and may have been
    // evicted. It is not served until the log delivers it or the remote was asked.
    const isSure = entry !== undefined && !isBehind
    cache.set(key, {
      mark: isBehind ? mergeMarks(entry.mark, mark) : mark,
      generation: isSure ? followerOf(key).generation() : provisional,
    })
  }

  return {
    lookUp: (key, monotonic, wall) => {
      const entry = cache.get(key)
      if (entry === undefined) return undefined
      const follower = followerOf(key)
      if (!follower.isLive(monotonic, wall)) return undefined
      if (!isCachedMark(entry)) return entry === follower.generation() ? null : undefined
      return entry.generation === follower.generation() && entry.mark.expiresAt > wall ? entry.mark : undefined
    },
    lastKnown: (keys) =>
      keys.flatMap((key) => {
        const mark = lastKnown(key)
        return mark === undefined ? [] : [{ key, mark }]
      }),
    loaded: (key, mark, generation) => cache.set(key, mark === undefined ? generation : { mark, generation }),
    applied: (name, mark) => {
      const key = cache.keyOf(name)
      if (key === undefined) {
        if (mark === undefined) unseen.drop(name)
        else unseen.set(name, { mark, generation: provisional })
      } else if (mark === undefined) cache.drop(key)
      else recorded(key, mark)
    },
    suspected: (name) => {
      const key = cache.keyOf(name)
      const entry = key && cache.get(key)
      if (key === undefined || entry === undefined) return
      if (isCachedMark(entry)) cache.set(key, { mark: entry.mark, generation: provisional })
      else cache.drop(key)
    },
    expected: ({ key, mark }) => {
      const entry = cache.get(key)
      if (isCachedMark(entry) && entry.generation === followerOf(key).generation() && includes(entry.mark, mark))
        return false
      cache.set(key, { mark: isCachedMark(entry) ? mergeMarks(entry.mark, mark) : mark, generation: provisional })
      return true
    },
    entryOf: cache.get,
    sizes: cache.sizes,
  }
}

/** Returns true if merging the other mark changes nothing that matters. */
function includes(mark: Mark, other: Mark): boolean {
  return markCovers(mark, other) && mark.expiresAt >= other.expiresAt
}
