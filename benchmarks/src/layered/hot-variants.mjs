// @ts-check
import KeyvRedis from '@keyv/redis'
import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { createCache } from 'cache-manager'
import { Cacheable, createKeyv } from 'cacheable'
import { Redis } from 'ioredis'
import { Keyv } from 'keyv'
import { LRUCache } from 'lru-cache'
import { createClient } from 'redis'
import { createLayered, keysAsked, keysPerCheck } from './revocation.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {{ readonly server: import('@revoked/testing').RedisServer, readonly tokens: readonly
 *   Payload[], readonly revokedTokens: readonly Payload[] }} Setting
 * @typedef {(tokens: readonly Payload[]) => Promise<number>} Pass checks every token once; resolves
 *   with how many are revoked
 * @typedef {{ readonly pass: Pass, readonly asked?: () => number }} Candidate `asked`: of how many
 *   keys the store was asked so far
 * @typedef {(setting: Setting) => Promise<Candidate>} Variant
 */

/** The size of each cache, above the number of tokens, so that nothing is evicted. */
const maxEntries = 100_000

/** One loop per variant, not a shared one: nothing is awaited around the call that is measured. */
export const variants = {
  /** @type {Variant} */
  async revoked({ server, revokedTokens }) {
    const { store, revocation } = await createLayered(server.url, { maxEntries })
    await revocation.revoke(revokedTokens.map((token) => ({ token })))
    let checks = 0
    return {
      async pass(tokens) {
        let count = 0
        for (const token of tokens) {
          const verdict = await revocation.check(token)
          if (!verdict.allowed) count++
        }
        checks += tokens.length
        return count
      },
      asked: () => keysAsked(store, checks * keysPerCheck),
    }
  },

  /**
   * It caches replies, those for missing keys too. The server invalidates them. @type {Variant}
   */
  async 'node-redis'({ server, revokedTokens }) {
    const writer = new Redis(server.url)
    for (const { jti } of revokedTokens) await writer.set(jti, '1')
    const client = createClient({
      url: server.url,
      RESP: 3,
      clientSideCache: { ttl: 0, maxEntries: 0, evictPolicy: 'LRU' },
    })
    await client.connect()
    return {
      async pass(tokens) {
        let count = 0
        for (const token of tokens) if ((await client.get(token.jti)) !== null) count++
        return count
      },
    }
  },

  /**
   * It caches no missing keys, so every token has a value. Copying of values is off. @type
   * {Variant}
   */
  async bentocache({ server, tokens, revokedTokens }) {
    const connection = { host: server.host, port: server.port }
    const store = bentostore()
      .useL1Layer(memoryDriver({ maxItems: maxEntries, serialize: false }))
      .useL2Layer(redisDriver({ connection }))
      .useBus(redisBusDriver({ connection }))
    const cache = new BentoCache({ default: 'tokens', ttl: '1h', stores: { tokens: store } })
    for (const { jti } of tokens) await cache.set({ key: jti, value: false })
    for (const { jti } of revokedTokens) await cache.set({ key: jti, value: true })
    return {
      async pass(tokens) {
        let count = 0
        for (const token of tokens) if (await cache.get({ key: token.jti })) count++
        return count
      },
    }
  },

  /** Like bentocache: a value for every token, and no copies. @type {Variant} */
  async cacheable({ server, tokens, revokedTokens }) {
    const cache = new Cacheable({
      primary: createKeyv({ lruSize: maxEntries, useClone: false }),
      secondary: new KeyvRedis(server.url),
      ttl: '1h',
    })
    for (const { jti } of tokens) await cache.set(jti, false)
    for (const { jti } of revokedTokens) await cache.set(jti, true)
    return {
      async pass(tokens) {
        let count = 0
        for (const token of tokens) if (await cache.get(token.jti)) count++
        return count
      },
    }
  },

  /**
   * Two stores, asked one after the other: memory with a limit, then Redis. No copies. @type
   * {Variant}
   */
  async 'cache-manager'({ server, tokens, revokedTokens }) {
    const stores = [
      createKeyv({ lruSize: maxEntries, useClone: false }),
      new Keyv({ store: new KeyvRedis(server.url) }),
    ]
    const cache = createCache({ stores, ttl: 3_600_000 })
    for (const { jti } of tokens) await cache.set(jti, false)
    for (const { jti } of revokedTokens) await cache.set(jti, true)
    return {
      async pass(tokens) {
        let count = 0
        for (const token of tokens) if (await cache.get(token.jti)) count++
        return count
      },
    }
  },

  /**
   * The practical limit: four look-ups that hit, and nothing else. No server, no clock, no bound on
   * anything. @type {Variant}
   */
  async bare({ tokens, revokedTokens }) {
    const jtis = cacheOf(tokens.map(({ jti }) => jti))
    const sids = cacheOf(tokens.map(({ sid }) => sid))
    const subs = cacheOf(tokens.map(({ sub }) => sub))
    const alls = cacheOf([''])
    for (const { jti } of revokedTokens) jtis.set(jti, true)

    /** @param {Payload} token */
    async function isRevoked(token) {
      const jti = jtis.get(token.jti)
      const sid = sids.get(token.sid)
      const sub = subs.get(token.sub)
      const all = alls.get('')
      return jti === true || sid === true || sub === true || all === true
    }

    return {
      async pass(tokens) {
        let count = 0
        for (const token of tokens) if (await isRevoked(token)) count++
        return count
      },
    }
  },
}

/** @param {readonly string[]} ids */
function cacheOf(ids) {
  /** @type {LRUCache<string, boolean>} */
  const cache = new LRUCache({ max: maxEntries })
  for (const id of ids) cache.set(id, false)
  return cache
}
