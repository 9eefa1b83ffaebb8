import { type Key, type KeyedMark, type Mark, markCovers, mergeMarks } from '@revoked/core'
import type { Clock } from '../follow/clock.ts'
import type { LogView } from '../follow/log-view.ts'
import { isCachedMark, type LocalCache, provisional } from './local-cache.ts'

/** A policy that decides which local entries may be served, and how events change them. */
export interface CachePolicy {
  /** Returns the mark, `null` if the key has none, or `undefined` if the remote must be asked. */
  readonly lookUp: (key: Key, monotonic: number, wall: number) => Mark | null | undefined
  /** Returns the latest known marks of the keys, confirmed or provisional. */
  readonly lastKnown: (keys: readonly Key[]) => KeyedMark[]
  /** Applies a change of the log: the key holds this mark. */
  readonly recorded: (keyed: KeyedMark) => void
  /** Applies a change of the log: the key holds no mark. */
  readonly forgotten: (key: Key) => void
  /**
   * Applies a write of this instance: the key holds this mark or more, or will do so. Returns true
   * if that is new.
   */
  readonly expected: (keyed: KeyedMark) => boolean
}

/** Options for `createCachePolicy`. */
export interface CachePolicyOptions {
  readonly cache: LocalCache
  readonly viewOf: (key: Key) => LogView
  readonly clock: Clock
}

/** Returns a policy over the cache that trusts entries as far as the view of the key's log goes. */
export function createCachePolicy({ cache, viewOf, clock }: CachePolicyOptions): CachePolicy {
  return {
    lookUp: (key, monotonic, wall) => {
      const entry = cache.get(key)
      if (entry === undefined) return undefined
      const view = viewOf(key)
      if (!view.isLive(monotonic, wall)) return undefined
      if (!isCachedMark(entry)) return entry === view.generation() ? null : undefined
      return entry.generation === view.generation() && entry.mark.expiresAt > wall ? entry.mark : undefined
    },
    lastKnown: (keys) => {
      const wall = clock.wall()
      return keys.flatMap((key) => {
        const entry = cache.get(key)
        return isCachedMark(entry) && entry.mark.expiresAt > wall ? [{ key, mark: entry.mark }] : []
      })
    },
    recorded: ({ key, mark }) => {
      const view = viewOf(key)
      const entry = cache.get(key)
      const isBehind = isCachedMark(entry) && entry.mark.expiresAt > clock.wall() && !includes(mark, entry.mark)
      // A mark that was read or recorded here may be newer than this change, and may have been
      // evicted. It is not served until the log delivers it or the remote was asked.
      const isSure = view.isBased() && entry !== undefined && !isBehind
      cache.setMark(key, {
        mark: isBehind ? mergeMarks(entry.mark, mark) : mark,
        generation: isSure ? view.generation() : provisional,
      })
    },
    forgotten: cache.drop,
    expected: ({ key, mark }) => {
      const entry = cache.get(key)
      if (isCachedMark(entry) && entry.generation === viewOf(key).generation() && includes(entry.mark, mark))
        return false
      // Nothing is served locally for the key until the log delivers the result.
      cache.setMark(key, { mark: isCachedMark(entry) ? mergeMarks(entry.mark, mark) : mark, generation: provisional })
      return true
    },
  }
}

/** Returns true if merging the other mark changes nothing that matters. */
function includes(mark: Mark, other: Mark): boolean {
  return markCovers(mark, other) && mark.expiresAt >= other.expiresAt
}
