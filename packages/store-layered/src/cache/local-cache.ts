import type { Key, Mark } from '@revoked/core'
import { LRUCache } from 'lru-cache'

/**
 * A mark, and the generation in which it was learned. It is hard in that one, and provisional in
 * all others.
 */
export interface CachedMark {
  readonly mark: Mark
  readonly generation: number
}

/**
 * What is known of a key: a mark, or the generation in which it had none. A number takes no
 * allocation.
 */
export type Entry = CachedMark | number

/** The generation of marks that are provisional whatever happens. */
export const provisional = -1

/** What this instance has learned, by scope: a flood of token ids evicts no subject. */
export interface LocalCache {
  readonly get: (key: Key) => Entry | undefined
  readonly setMark: (key: Key, cached: CachedMark) => void
  readonly setAbsence: (key: Key, generation: number) => void
  readonly drop: (key: Key) => void
  /** Entries per scope. */
  readonly sizes: () => Readonly<Record<string, number>>
}

/** An empty cache of at most so many entries for each scope. */
export function createLocalCache(maxEntries: number): LocalCache {
  const scopes = new Map<string, LRUCache<string, Entry>>()

  function scopeOf(name: string): LRUCache<string, Entry> {
    const known = scopes.get(name)
    if (known !== undefined) return known
    const scope = new LRUCache<string, Entry>({ max: maxEntries })
    scopes.set(name, scope)
    return scope
  }

  return {
    get: ({ scope, value }) => scopes.get(scope)?.get(value),
    setMark: ({ scope, value }, cached) => void scopeOf(scope).set(value, cached),
    setAbsence: ({ scope, value }, generation) => void scopeOf(scope).set(value, generation),
    drop: ({ scope, value }) => void scopes.get(scope)?.delete(value),
    sizes: () => Object.fromEntries([...scopes].map(([name, { size }]) => [name, size])),
  }
}

/** Whether a mark is cached, confirmed or provisional. */
export function isCachedMark(entry: Entry | undefined): entry is CachedMark {
  return typeof entry === 'object'
}
