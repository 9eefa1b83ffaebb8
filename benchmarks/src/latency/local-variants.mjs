// @ts-check
// What answers from this process, when it has everything: our stores, and the caches of peers.
import KeyvRedis from '@keyv/redis'
import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { createCache } from 'cache-manager'
import { Cacheable, createKeyv } from 'cacheable'
import { Keyv } from 'keyv'
import { LRUCache } from 'lru-cache'
import { createClient } from 'redis'
import { createLayered, keysAsked, keysPerCheck } from '../layered/revocation.mjs'
import { createMirror, untilLive } from '../mirror/remote.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {{ readonly url: string, readonly host: string, readonly port: number, readonly tokens:
 *   readonly Payload[], readonly revokedTokens: readonly Payload[] }} Setting
 * @typedef {(token: Payload) => unknown} Look resolves with something truthy if the token is
 *   revoked
 * @typedef {{ readonly look: Look, readonly asked?: (checks: number) => number }} Candidate
 *   `asked`: of how many keys the server was asked in so many checks
 * @typedef {(setting: Setting) => Promise<Candidate>} Variant
 */

/** The size of each cache, above the number of tokens, so that nothing is evicted. */
const maxEntries = 100_000
const hour = 3_600_000

/** @type {Readonly<Record<string, Variant>>} */
export const localVariants = {
  async memory({ revokedTokens }) {
    const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
    await revocation.revoke(revokedTokens.map((token) => ({ token })))
    return { look: (token) => revocation.isRevoked(token) }
  },

  async layered({ url, revokedTokens }) {
    // Other processes of the machine may take longer than the default lease.
    const { store, revocation } = await createLayered(url, { maxEntries, maxStaleness: '10s' })
    await revocation.revoke(revokedTokens.map((token) => ({ token })))
    return {
      look: (token) => revocation.isRevoked(token),
      asked: (checks) => keysAsked(store, checks * keysPerCheck),
    }
  },

  async mirror({ url, revokedTokens }) {
    const { store, revocation } = createMirror(url, { maxStaleness: '10s' })
    await revocation.revoke(revokedTokens.map((token) => ({ token })))
    await untilLive(store)
    return { look: (token) => revocation.isRevoked(token) }
  },

  /** It caches replies, those for missing keys too. The server invalidates them. */
  async 'node-redis-cached'({ url, revokedTokens }) {
    const client = createClient({ url, RESP: 3, clientSideCache: { ttl: 0, maxEntries: 0, evictPolicy: 'LRU' } })
    await client.connect()
    await Promise.all(revokedTokens.map(({ jti }) => client.set(jti, '1')))
    return { look: ({ jti }) => client.get(jti) }
  },

  /** It caches no missing keys, so every token has a value. Copying of values is off. */
  async bentocache({ host, port, tokens, revokedTokens }) {
    const connection = { host, port }
    const store = bentostore()
      .useL1Layer(memoryDriver({ maxItems: maxEntries, serialize: false }))
      .useL2Layer(redisDriver({ connection }))
      .useBus(redisBusDriver({ connection }))
    const cache = new BentoCache({ default: 'tokens', ttl: '1h', stores: { tokens: store } })
    await setAll(tokens, revokedTokens, (key, value) => cache.set({ key, value }))
    return { look: ({ jti }) => cache.get({ key: jti }) }
  },

  /** Like bentocache: a value for every token, and no copies. */
  async cacheable({ url, tokens, revokedTokens }) {
    const cache = new Cacheable({
      primary: createKeyv({ lruSize: maxEntries, useClone: false }),
      secondary: new KeyvRedis(url),
      ttl: '1h',
    })
    await setAll(tokens, revokedTokens, (key, value) => cache.set(key, value))
    return { look: ({ jti }) => cache.get(jti) }
  },

  /** Two stores, asked one after the other: memory with a limit, then Redis. No copies. */
  async 'cache-manager'({ url, tokens, revokedTokens }) {
    const stores = [createKeyv({ lruSize: maxEntries, useClone: false }), new Keyv({ store: new KeyvRedis(url) })]
    const cache = createCache({ stores, ttl: hour })
    await setAll(tokens, revokedTokens, (key, value) => cache.set(key, value))
    return { look: ({ jti }) => cache.get(jti) }
  },

  /**
   * The practical limit: four look-ups that hit, and nothing else. No server, no clock, no bound on
   * anything.
   */
  async 'lru-cache'({ tokens, revokedTokens }) {
    const jtis = cacheOf(tokens.map(({ jti }) => jti))
    const sids = cacheOf(tokens.map(({ sid }) => sid))
    const subs = cacheOf(tokens.map(({ sub }) => sub))
    const alls = cacheOf([''])
    for (const { jti } of revokedTokens) jtis.set(jti, true)
    return {
      async look(token) {
        const jti = jtis.get(token.jti)
        const sid = sids.get(token.sid)
        const sub = subs.get(token.sub)
        const all = alls.get('')
        return jti === true || sid === true || sub === true || all === true
      },
    }
  },
}

/**
 * Sets a value for every token, many at a time.
 *
 * @param {readonly Payload[]} tokens
 * @param {readonly Payload[]} revokedTokens
 * @param {(jti: string, value: boolean) => Promise<unknown>} set
 */
async function setAll(tokens, revokedTokens, set) {
  await Promise.all(tokens.map(({ jti }) => set(jti, false)))
  await Promise.all(revokedTokens.map(({ jti }) => set(jti, true)))
}

/** @param {readonly string[]} ids */
function cacheOf(ids) {
  /** @type {LRUCache<string, boolean>} */
  const cache = new LRUCache({ max: maxEntries })
  for (const id of ids) cache.set(id, false)
  return cache
}
