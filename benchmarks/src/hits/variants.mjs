// @ts-check
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'
import { peerCaches } from '../latency/peer-caches.mjs'
import { createLayered } from '../layered/revocation.mjs'
import { createTtlCached } from '../layered/ttl-cached.mjs'
import { createMirror, untilLive } from '../mirror/remote.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {import('../latency/local-variants.mjs').Setting} Setting
 * @typedef {object} Candidate
 * @property {(token: Payload) => unknown} look resolves with `true` or `'revoked'` if the token
 *   is revoked
 * @property {readonly string[]} commands the commands that it reads with, as the server counts them
 * @typedef {(setting: Setting) => Promise<Candidate>} Variant
 */

/** A read of marks is one EXISTS, or one script, which begins with an EXISTS. */
export const reads = ['exists']

/** @param {import('@revoked/core').RevocationStore} store */
const revocationOver = (store) => createRevocation({ store, maxTokenLifetime: '24h' })

/** @type {Readonly<Record<string, Variant>>} */
export const variants = {
  async redis({ url, revokedTokens }) {
    const revocation = await revokeIn(url, revokedTokens)
    return { look: (token) => revocation.isRevoked(token), commands: reads }
  },

  async layered({ url, revokedTokens }) {
    await revokeIn(url, revokedTokens)
    const { revocation } = await createLayered(url, { maxEntries: 100_000, maxStaleness: '10s' })
    return { look: (token) => revocation.isRevoked(token), commands: reads }
  },

  async mirror({ url, revokedTokens }) {
    await revokeIn(url, revokedTokens)
    const { store, revocation } = createMirror(url, { maxStaleness: '10s' })
    await untilLive(store)
    return { look: (token) => revocation.isRevoked(token), commands: reads }
  },

  async ttl({ url, revokedTokens }) {
    await revokeIn(url, revokedTokens)
    const { store } = createTtlCached(url, { maxEntries: 400_000, ttlMs: 60_000 })
    const revocation = revocationOver(store)
    return { look: (token) => revocation.isRevoked(token), commands: reads }
  },

  'node-redis-cached': peer('node-redis-cached'),
  bentocache: peer('bentocache'),
  cacheable: peer('cacheable'),
  'cache-manager': peer('cache-manager'),
}

/** @param {string} url @param {readonly Payload[]} tokens */
async function revokeIn(url, tokens) {
  const revocation = revocationOver(redisStore(new Redis(url)))
  await revocation.revoke(tokens.map((token) => ({ token })))
  return revocation
}

/**
 * Returns a peer that has seen no token yet. Another instance has written a value for each.
 *
 * @param {string} name
 * @returns {Variant}
 */
function peer(name) {
  return async ({ tokens, revokedTokens, ...address }) => {
    const create = peerCaches[name]
    if (create === undefined) throw new RangeError(`There is no cache ${name}.`)
    const writer = await create(address)
    await Promise.all(tokens.map(({ jti }) => writer.set(jti, 'active')))
    await Promise.all(revokedTokens.map(({ jti }) => writer.set(jti, 'revoked')))
    const cache = await create(address)
    return { look: ({ jti }) => cache.get(jti), commands: ['get', 'mget'] }
  }
}
