import type { Key, Mark } from '@revoked/core'
import { LRUCache } from 'lru-cache'

/** A mark, and the generation in which it was learned. It is hard in that one, and soft in all others. */
export interface Held {
  readonly mark: Mark
  readonly generation: number
}

/** What is known of a key: a mark, or the generation in which it had none. A number takes no allocation. */
export type Entry = Held | number

/** The generation of marks that are soft whatever happens. */
export const soft = -1

/** What this instance has learned, by scope: a flood of token ids evicts no subject. */
export interface LocalCache {
  readonly get: (key: Key) => Entry | undefined
  readonly hold: (key: Key, held: Held) => void
  readonly holdAbsence: (key: Key, generation: number) => void
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
    hold: ({ scope, value }, held) => void scopeOf(scope).set(value, held),
    holdAbsence: ({ scope, value }, generation) => void scopeOf(scope).set(value, generation),
    drop: ({ scope, value }) => void scopes.get(scope)?.delete(value),
    sizes: () => Object.fromEntries([...scopes].map(([name, { size }]) => [name, size])),
  }
}

/** Whether a mark is held, hard or soft. */
export function isHeld(entry: Entry | undefined): entry is Held {
  return typeof entry === 'object'
}
