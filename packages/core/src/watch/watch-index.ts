import type { Key } from '../store/store.ts'
import { createKeyMap } from './key-map.ts'
import type { TokenLookup, WatchedToken } from './watched-token.ts'

/** Watched tokens, by the keys whose marks can revoke them. */
export interface WatchIndex {
  readonly size: () => number
  readonly has: (watched: WatchedToken) => boolean
  readonly add: (watched: WatchedToken) => void
  readonly remove: (watched: WatchedToken) => void
  /** Replaces what the marks of a token are looked up by, unless it was removed. */
  readonly replaceLookup: (watched: WatchedToken, lookup: TokenLookup) => void
  /** Returns all tokens, as they are now. */
  readonly all: () => readonly WatchedToken[]
  /** Returns the tokens that have this key, as the logs name it. */
  readonly withKey: (logKey: Key) => readonly WatchedToken[]
}

/** Returns an empty index. */
export function createWatchIndex(): WatchIndex {
  const tokens = new Set<WatchedToken>()
  const byKey = createKeyMap<Set<WatchedToken>>()

  function list(watched: WatchedToken): void {
    for (const key of watched.lookup.logKeys) {
      const same = byKey.get(key)
      if (same === undefined) byKey.set(key, new Set([watched]))
      else same.add(watched)
    }
  }

  function unlist(watched: WatchedToken): void {
    for (const key of watched.lookup.logKeys) {
      const same = byKey.get(key)
      same?.delete(watched)
      if (same?.size === 0) byKey.delete(key)
    }
  }

  return {
    size: () => tokens.size,
    has: (watched) => tokens.has(watched),
    add: (watched) => {
      tokens.add(watched)
      list(watched)
    },
    remove: (watched) => {
      if (tokens.delete(watched)) unlist(watched)
    },
    replaceLookup: (watched, lookup) => {
      // It may have been removed while it was looked up.
      if (!tokens.has(watched)) return
      unlist(watched)
      watched.lookup = lookup
      list(watched)
    },
    // Copies: the end of a watch removes it, and may add another.
    all: () => [...tokens],
    withKey: (logKey) => [...(byKey.get(logKey) ?? [])],
  }
}
