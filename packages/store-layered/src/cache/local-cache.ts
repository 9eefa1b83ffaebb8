import type { FollowableStore, Key, Mark } from '@revoked/core'
import { LRUCache } from 'lru-cache'

/**
 * A mark, and the generation of the log in which it was learned. It is confirmed in that
 * generation, and provisional in all others.
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
  readonly set: (key: Key, entry: Entry) => void
  readonly drop: (key: Key) => void
  /**
   * Returns the cached key that the log names so. `undefined`: the name is a hash, and no cached
   * key has it.
   */
  readonly keyOf: (logKey: Key) => Key | undefined
  /** Returns the number of entries per scope. */
  readonly sizes: () => Readonly<Record<string, number>>
}

/** The entries of one scope, by value. */
interface Scope {
  readonly entries: LRUCache<string, Entry>
  /** The names in the log of the values that are hashed there. */
  readonly names: Map<string, string>
  /** The values by these names. */
  readonly namedSo: Map<string, string>
}

/** Returns an empty cache with this limit of entries for each scope. */
export function createLocalCache(maxEntries: number, logKey: FollowableStore['logKey']): LocalCache {
  const scopes = new Map<string, Scope>()

  function addScope(name: string): Scope {
    const scope = createScope(maxEntries)
    scopes.set(name, scope)
    return scope
  }

  return {
    get: ({ scope, value }) => scopes.get(scope)?.entries.get(value),
    set: (key, entry) => {
      const scope = scopes.get(key.scope) ?? addScope(key.scope)
      // The name is computed when a key is loaded, and not when it is found here.
      if (!scope.entries.has(key.value)) addName(scope, key.value, logKey(key).value)
      scope.entries.set(key.value, entry)
    },
    drop: ({ scope, value }) => void scopes.get(scope)?.entries.delete(value),
    keyOf: (name) => {
      const value = scopes.get(name.scope)?.namedSo.get(name.value)
      if (value !== undefined) return { scope: name.scope, value }
      // A value that looks like a hash is hashed itself.
      return logKey(name).value === name.value ? name : undefined
    },
    sizes: () => Object.fromEntries([...scopes].map(([name, { entries }]) => [name, entries.size])),
  }
}

function createScope(maxEntries: number): Scope {
  const names = new Map<string, string>()
  const namedSo = new Map<string, string>()
  const entries = new LRUCache<string, Entry>({
    max: maxEntries,
    dispose: (_, value, reason) => {
      if (reason === 'set' || names.size === 0) return
      const name = names.get(value)
      if (name === undefined) return
      names.delete(value)
      namedSo.delete(name)
    },
  })
  return { entries, names, namedSo }
}

function addName({ names, namedSo }: Scope, value: string, name: string): void {
  if (name === value) return
  names.set(value, name)
  namedSo.set(name, value)
}

/** Returns true if a mark is cached, confirmed or provisional. */
export function isCachedMark(entry: Entry | undefined): entry is CachedMark {
  return typeof entry === 'object'
}
