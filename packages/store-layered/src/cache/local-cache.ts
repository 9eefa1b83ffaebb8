import type { Key, Mark } from '@revoked/core'
import { LRUCache } from 'lru-cache'

/**
 * A mark, and the generation in which it was learned. It is confirmed in that generation, and
 * provisional in all others.
 */
export interface CachedMark {
  readonly mark: Mark
  readonly generation: number
}

/**
 * The cached state of a key: a mark, or the generation in which it had none. A number needs no
 * allocation.
 */
export type Entry = CachedMark | number

/** The generation of marks that are always provisional. */
export const provisional = -1

/** A cache of marks and absences by scope, so that a flood of token ids evicts no subject. */
export interface LocalCache {
  readonly get: (key: Key) => Entry | undefined
  readonly setMark: (key: Key, cached: CachedMark) => void
  readonly setAbsence: (key: Key, generation: number) => void
  readonly drop: (key: Key) => void
  /** Returns the number of entries per scope. */
  readonly sizes: () => Readonly<Record<string, number>>
}

/** Returns an empty cache with this limit of entries for each scope. */
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

/** Returns true if a mark is cached, confirmed or provisional. */
export function isCachedMark(entry: Entry | undefined): entry is CachedMark {
  return typeof entry === 'object'
}
