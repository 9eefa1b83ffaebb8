// @ts-check
// The caches of peers in front of Redis, with room for all tokens.
import KeyvRedis from '@keyv/redis'
import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { createCache } from 'cache-manager'
import { Cacheable, createKeyv } from 'cacheable'
import { Keyv } from 'keyv'
import { createClient } from 'redis'

/**
 * @typedef {{ readonly url: string, readonly host: string, readonly port: number }} Address
 * @typedef {'active' | 'revoked'} Status a text: cacheable 2.5.0 asks Redis again for each value
 *   that is falsy
 * @typedef {object} PeerCache
 * @property {(key: string) => unknown} get resolves with the status
 * @property {(key: string, status: Status) => Promise<unknown>} set
 */

/** The size of each cache, above the number of tokens, so that nothing is evicted. */
export const maxEntries = 100_000
const hour = 3_600_000

/** @type {Readonly<Record<string, (address: Address) => Promise<PeerCache>>>} */
export const peerCaches = {
  /** It caches replies, those for missing keys too. The server invalidates them. */
  async 'node-redis-cached'({ url }) {
    const client = createClient({ url, RESP: 3, clientSideCache: { ttl: 0, maxEntries: 0, evictPolicy: 'LRU' } })
    await client.connect()
    return {
      get: (key) => client.get(key),
      set: async (key, status) => status === 'revoked' && (await client.set(key, status)),
    }
  },

  /**
   * It caches no missing keys, so every token has a value. Its memory keeps texts: with `serialize:
   * false`, version 1.6.1 throws at the second look-up of what it has read from Redis.
   */
  async bentocache({ host, port }) {
    const connection = { host, port }
    const store = bentostore()
      .useL1Layer(memoryDriver({ maxItems: maxEntries }))
      .useL2Layer(redisDriver({ connection }))
      .useBus(redisBusDriver({ connection }))
    const cache = new BentoCache({ default: 'tokens', ttl: '1h', stores: { tokens: store } })
    return { get: (key) => cache.get({ key }), set: (key, value) => cache.set({ key, value }) }
  },

  /** Like bentocache: a value for every token. */
  async cacheable({ url }) {
    const cache = new Cacheable({
      primary: createKeyv({ lruSize: maxEntries, useClone: false }),
      secondary: new KeyvRedis(url),
      ttl: '1h',
    })
    return { get: (key) => cache.get(key), set: (key, status) => cache.set(key, status) }
  },

  /**
   * Two stores, asked one after the other. A value for every token. Its `get` does not put what it
   * has read from Redis into its memory; `wrap` does.
   */
  async 'cache-manager'({ url }) {
    const local = createKeyv({ lruSize: maxEntries, useClone: false })
    const cache = createCache({ stores: [local, new Keyv({ store: new KeyvRedis(url) })], ttl: hour })
    function load() {
      throw new Error('A value is missing.')
    }
    return { get: (key) => cache.wrap(key, load), set: (key, status) => cache.set(key, status) }
  },
}
