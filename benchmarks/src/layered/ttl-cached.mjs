// @ts-check
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'

/**
 * @typedef {import('@revoked/core').RevocationStore} RevocationStore
 * @typedef {import('@revoked/core').Key} Key
 * @typedef {import('@revoked/core').KeyedMark} KeyedMark
 */

/**
 * Creates the usual hand-written solution: what the store answers is cached for the allowed
 * staleness.
 *
 * @param {string} url
 * @param {{ readonly maxEntries: number, readonly ttlMs: number }} options
 * @returns {{ readonly store: RevocationStore, readonly asked: () => number }} `asked`: for how
 *   many keys so far
 */
export function createTtlCached(url, { maxEntries, ttlMs }) {
  const remote = redisStore(new Redis(url))
  /** @type {LRUCache<string, readonly KeyedMark[]>} */
  const cache = new LRUCache({ max: maxEntries, ttl: ttlMs })
  const nameOf = (/** @type {Key} */ { scope, value }) => `${scope}:${value}`
  let asked = 0
  const store = {
    ...remote,
    async find(/** @type {readonly Key[]} */ keys) {
      const known = keys.map((key) => cache.get(nameOf(key)))
      const missing = keys.filter((_, index) => known[index] === undefined)
      if (missing.length === 0) return known.flatMap((marks) => marks ?? [])
      asked += missing.length
      const found = await remote.find(missing)
      for (const key of missing) {
        cache.set(
          nameOf(key),
          found.filter((keyed) => keyed.key === key),
        )
      }
      return [...known.flatMap((marks) => marks ?? []), ...found]
    },
  }
  return { store, asked: () => asked }
}
