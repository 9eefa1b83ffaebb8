import type { FollowableStore, Key, KeyedMark, RevocationStore } from '@revoked/core'
import { LRUCache } from 'lru-cache'

type Find = RevocationStore['find']

/**
 * Returns a function that finds keys in a store whose marks are filed under the keys of the log.
 * The most recent digests are kept.
 */
export function createLogKeys(
  remote: Pick<FollowableStore, 'logKey'>,
): (find: Find, keys: readonly Key[]) => ReturnType<Find> {
  const digests = new Map<string, LRUCache<string, Key>>()

  function logKey(key: Key): Key {
    const ofScope = digests.get(key.scope) ?? new LRUCache<string, Key>({ max: maxDigests })
    digests.set(key.scope, ofScope)
    const known = ofScope.get(key.value)
    if (known !== undefined) return known
    const named = remote.logKey(key)
    ofScope.set(key.value, named)
    return named
  }

  function findRenamed(find: Find, keys: readonly Key[]): ReturnType<Find> {
    const named = keys.map(logKey)
    const found = find(named)
    return isArray(found) ? rename(found, named, keys) : found.then((marks) => rename(marks, named, keys))
  }

  // A store that does not hash every value may still hash some, such as long ones. Each value is
  // asked about then: for all others, this costs less than a look-up of digests.
  const sample: Key = { scope: 'jti', value: 'sample' }
  if (!isSame(remote.logKey(sample), sample)) return findRenamed
  const isNamedSo = (key: Key): boolean => isSame(remote.logKey(key), key)
  return (find, keys) => (keys.every(isNamedSo) ? find(keys) : findRenamed(find, keys))
}

/**
 * The limit of digests that are kept for each scope, about 300 bytes each. Hashing a value takes
 * microseconds, a hundred times as long as the look-up.
 */
const maxDigests = 20_000

/** Returns the marks under the keys of the caller. */
function rename(found: readonly KeyedMark[], named: readonly Key[], keys: readonly Key[]): readonly KeyedMark[] {
  if (found.length === 0) return found
  return keys.flatMap((key, index) => {
    const keyed = found.find((keyed) => isSame(keyed.key, named[index]))
    return keyed === undefined ? [] : [{ key, mark: keyed.mark }]
  })
}

function isSame(a: Key, b: Key | undefined): boolean {
  return a.scope === b?.scope && a.value === b.value
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray<T>(value: readonly T[] | Promise<readonly T[]>): value is readonly T[] {
  return Array.isArray(value)
}
