// @ts-check
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import { createLayered, keysAsked } from './revocation.mjs'

/**
 * @typedef {import('@revoked/core').RevocationStore} RevocationStore
 * @typedef {import('@revoked/core').Key} Key
 * @typedef {import('@revoked/core').KeyedMark} KeyedMark
 * @typedef {(keys: number) => number} Asked of how many keys Redis was asked, of so many that were
 *   looked up since the start
 * @typedef {{ readonly revocation: import('@revoked/core').Revocation, readonly asked: Asked }}
 *   Candidate
 * @typedef {(url: string) => Promise<Candidate>} Variant
 */

const maxEntries = 100_000
const maxStalenessMs = 2_000

/** @param {RevocationStore} store */
const over = (store) => createRevocation({ store, maxTokenLifetime: '24h' })

export const variants = {
  /** @type {Variant} */
  async layered(url) {
    const { store, revocation } = await createLayered(url, { maxEntries, maxStaleness: `${maxStalenessMs}ms` })
    return { revocation, asked: (keys) => keysAsked(store, keys) }
  },

  /** @type {Variant} */
  async redis(url) {
    return { revocation: over(redisStore(new Redis(url))), asked: (keys) => keys }
  },

  /** @type {Variant} */
  async ttl(url) {
    const remote = redisStore(new Redis(url))
    let asked = 0
    const find = (/** @type {readonly Key[]} */ keys) => {
      asked += keys.length
      return remote.find(keys)
    }
    return { revocation: over(cached({ ...remote, find })), asked: () => asked }
  },
}

/**
 * The usual hand-written solution: an answer is cached for the allowed staleness. @param
 * {RevocationStore} remote @returns {RevocationStore}
 */
function cached(remote) {
  /** @type {LRUCache<string, readonly KeyedMark[]>} */
  const cache = new LRUCache({ max: 4 * maxEntries, ttl: maxStalenessMs })
  const nameOf = (/** @type {Key} */ { scope, value }) => `${scope}:${value}`
  return {
    ...remote,
    async find(keys) {
      const known = keys.map((key) => cache.get(nameOf(key)))
      const missing = keys.filter((_, index) => known[index] === undefined)
      if (missing.length === 0) return known.flatMap((marks) => marks ?? [])
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
}
