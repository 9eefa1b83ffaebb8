// @ts-check
// What answers from this process, when it has everything: our stores, and the caches of peers.
import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { LRUCache } from 'lru-cache'
import { createLayered, keysAsked, keysPerCheck } from '../layered/revocation.mjs'
import { createMirror, untilLive } from '../mirror/remote.mjs'
import { maxEntries, peerCaches } from './peer-caches.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {{ readonly url: string, readonly host: string, readonly port: number, readonly tokens:
 *   readonly Payload[], readonly revokedTokens: readonly Payload[] }} Setting
 * @typedef {(token: Payload) => unknown} Look resolves with `true` or `'revoked'` if the token
 *   is revoked
 * @typedef {{ readonly look: Look, readonly asked?: (checks: number) => number }} Candidate
 *   `asked`: of how many keys the server was asked in so many checks
 * @typedef {(setting: Setting) => Promise<Candidate>} Variant
 */

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

  'node-redis-cached': peer('node-redis-cached'),
  bentocache: peer('bentocache'),
  cacheable: peer('cacheable'),
  'cache-manager': peer('cache-manager'),

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
 * Returns a peer that has a value for every token.
 *
 * @param {string} name
 * @returns {Variant}
 */
function peer(name) {
  return async ({ tokens, revokedTokens, ...address }) => {
    const cache = await peerCaches[name]?.(address)
    if (cache === undefined) throw new RangeError(`There is no cache ${name}.`)
    await Promise.all(tokens.map(({ jti }) => cache.set(jti, 'active')))
    await Promise.all(revokedTokens.map(({ jti }) => cache.set(jti, 'revoked')))
    return { look: ({ jti }) => cache.get(jti) }
  }
}

/** @param {readonly string[]} ids */
function cacheOf(ids) {
  /** @type {LRUCache<string, boolean>} */
  const cache = new LRUCache({ max: maxEntries })
  for (const id of ids) cache.set(id, false)
  return cache
}
