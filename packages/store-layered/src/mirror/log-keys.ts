import type { FollowableStore, Key, KeyedMark, RevocationStore } from '@revoked/core'
import { LRUCache } from 'lru-cache'
import type { LocalCopy } from './local-copy.ts'

type Find = RevocationStore['find']

/**
 * Returns a function that says if a value in the log of the remote is a digest. A value that looks
 * like one is hashed itself, so that each other value is its own name.
 */
export function isDigestOf(remote: Pick<FollowableStore, 'logKey'>): (logKey: Key) => boolean {
  return (logKey) => !isSame(remote.logKey(logKey), logKey)
}

/**
 * Returns a function that finds keys in a local copy, whose marks are filed under the keys of the
 * log. Names are only looked up in a copy that has digests, because that takes longer than the
 * rest. A store that does not hash every value may still hash some, such as long ones. The most
 * recent digests are kept.
 */
export function createLogKeys(
  remote: Pick<FollowableStore, 'logKey'>,
): (copy: Pick<LocalCopy, 'find' | 'hasDigests'>, keys: readonly Key[]) => ReturnType<Find> {
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

  return ({ find, hasDigests }, keys) => (hasDigests() ? findRenamed(find, keys) : find(keys))
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
