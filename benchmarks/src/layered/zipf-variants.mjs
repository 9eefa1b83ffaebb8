// @ts-check
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'
import { createMirror, untilLive } from '../mirror/remote.mjs'
import { createLayered, keysAsked } from './revocation.mjs'
import { createTtlCached } from './ttl-cached.mjs'

/**
 * @typedef {import('@revoked/core').RevocationStore} RevocationStore
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
  async mirror(url) {
    const { store, revocation } = createMirror(url, { maxStaleness: `${maxStalenessMs}ms` })
    await untilLive(store)
    return { revocation, asked: (keys) => Math.round(keys * (1 - (store.status().localShare ?? 1))) }
  },

  /** @type {Variant} */
  async redis(url) {
    return { revocation: over(redisStore(new Redis(url))), asked: (keys) => keys }
  },

  /** @type {Variant} */
  async ttl(url) {
    const { store, asked } = createTtlCached(url, { maxEntries: 4 * maxEntries, ttlMs: maxStalenessMs })
    return { revocation: over(store), asked }
  },
}
