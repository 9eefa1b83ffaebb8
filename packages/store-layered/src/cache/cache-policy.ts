import { type Key, type KeyedMark, type Mark, markCovers, mergeMarks } from '@revoked/core'
import type { Clock } from '../follow/clock.ts'
import type { LogView } from '../follow/log-view.ts'
import { isCachedMark, type LocalCache, provisional } from './local-cache.ts'

/** Decides which local entries may be served, and how events change them. */
export interface CachePolicy {
  /** The mark; `null` if it is known that there is none; `undefined` if that must be asked. */
  readonly lookUp: (key: Key, monotonic: number, wall: number) => Mark | null | undefined
  /** What was heard of the keys last, confirmed or provisional. */
  readonly lastKnown: (keys: readonly Key[]) => KeyedMark[]
  /** The key holds this mark by now, as the log tells. */
  readonly recorded: (keyed: KeyedMark) => void
  /** The key holds no mark by now. */
  readonly forgotten: (key: Key) => void
  /** The key will hold this mark, or more, or does already. Answers whether that is new. */
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
      // What was read, or recorded by ourselves, is newer than what the log tells now. It may have
      // been evicted, too. Until the log tells more, or the remote was asked, it is not served.
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
      // Until the log tells what came of it, nothing is served locally for the key.
      cache.setMark(key, { mark: isCachedMark(entry) ? mergeMarks(entry.mark, mark) : mark, generation: provisional })
      return true
    },
  }
}

/** Whether merging the other one into it changes nothing that matters. */
function includes(mark: Mark, other: Mark): boolean {
  return markCovers(mark, other) && mark.expiresAt >= other.expiresAt
}
