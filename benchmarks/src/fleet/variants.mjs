// @ts-check
// Instances that keep in their process which tokens are valid, and what revokes tokens for them.
import { createRevocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {(token: Payload) => Promise<boolean>} IsValid
 * @typedef {{ readonly issue?: (tokens: readonly Payload[]) => Promise<unknown>, readonly revoke:
 *   (token: Payload) => Promise<unknown> }} Writer
 * @typedef {{ readonly instance: (url: string) => Promise<IsValid>, readonly writer: (url: string)
 *   => Promise<Writer> }} Variant
 */

const lifetimeMs = 900_000
/** While hundreds of others start on the same cores. */
const startsWithinMs = 60_000

/** @type {Readonly<Record<string, Variant>>} */
export const variants = {
  layered: {
    async instance(url) {
      const store = layeredStore(redisStore(new Redis(url)), { timeout: startsWithinMs / 2_000 })
      const revocation = createRevocation({ store, maxTokenLifetime: '24h', timeout: startsWithinMs / 1_000 })
      await eventually(() => store.status().state === 'live', 'the store is live', startsWithinMs)
      return async (token) => !(await revocation.isRevoked(token))
    },
    async writer(url) {
      const revocation = createRevocation({ store: redisStore(new Redis(url)), maxTokenLifetime: '24h' })
      return { revoke: (token) => revocation.revoke({ token }) }
    },
  },

  /** The server remembers what each instance has read, and sends it an invalidation. */
  'node-redis': {
    async instance(url) {
      const client = createClient({ url, RESP: 3, clientSideCache: { ttl: 0, maxEntries: 0, evictPolicy: 'LRU' } })
      await client.connect()
      return async ({ jti }) => (await client.get(jti)) === null
    },
    async writer(url) {
      const client = new Redis(url)
      return { revoke: ({ jti }) => client.set(jti, 'revoked', 'PX', lifetimeMs) }
    },
  },

  /** Every change is published to every instance. */
  bentocache: {
    async instance(url) {
      const cache = bentoCache(url)
      return async ({ jti }) => (await cache.get({ key: jti })) === 'valid'
    },
    async writer(url) {
      const cache = bentoCache(url)
      return {
        issue: (tokens) => Promise.all(tokens.map(({ jti }) => cache.set({ key: jti, value: 'valid' }))),
        revoke: ({ jti }) => cache.set({ key: jti, value: 'revoked' }),
      }
    },
  },
}

/** @param {string} url */
function bentoCache(url) {
  const { hostname: host, port } = new URL(url)
  const connection = { host, port: Number(port) }
  const store = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 10_000 }))
    .useL2Layer(redisDriver({ connection }))
    .useBus(redisBusDriver({ connection }))
  return new BentoCache({ default: 'tokens', ttl: lifetimeMs, stores: { tokens: store } })
}
