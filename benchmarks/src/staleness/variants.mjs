// @ts-check
// Readers that keep in their process which tokens are valid, each with a writer elsewhere.
import KeyvRedis from '@keyv/redis'
import { createRevocation } from '@revoked/core'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { createCache } from 'cache-manager'
import { Cacheable, createKeyv } from 'cacheable'
import { Redis } from 'ioredis'
import { Keyv } from 'keyv'
import { LRUCache } from 'lru-cache'
import { createClient } from 'redis'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {object} Candidate
 * @property {(tokens: readonly Payload[]) => Promise<unknown>} [issue] by the writer
 * @property {(token: Payload) => Promise<unknown>} revoke by the writer
 * @property {(token: Payload) => Promise<boolean>} isValid by the reader. It rejects if it has no
 *   answer.
 * @typedef {{ readonly readerPort: number, readonly writerPort: number }} Ports the reader's leads
 *   through the proxy
 * @typedef {(ports: Ports) => Promise<Candidate>} Variant
 */

/** The default bound of our stores, and the TTL of peers without messages. */
export const boundMs = 2_000
/** The life of a token, and the TTL of peers whose messages invalidate. */
const lifetimeMs = 900_000
const maxEntries = 10_000

const urlOf = (/** @type {number} */ port) => `redis://127.0.0.1:${port}`
const maxStaleness = `${boundMs}ms`

/** @param {number} port */
function ioredisTo(port) {
  const client = new Redis(urlOf(port))
  // It connects again by itself.
  client.on('error', () => undefined)
  return client
}

/**
 * @param {import('@revoked/store-layered').LayeredStore |
 *   import('@revoked/store-layered').MirroredStore} store
 * @param {number} writerPort
 * @returns {Promise<Candidate>}
 */
async function candidateOf(store, writerPort) {
  await eventually(() => store.status().state === 'live', 'the store is live')
  const reader = createRevocation({ store, maxTokenLifetime: '24h' })
  const writer = createRevocation({ store: redisStore(ioredisTo(writerPort)), maxTokenLifetime: '24h' })
  return {
    revoke: (token) => writer.revoke({ token }),
    async isValid(token) {
      const { status } = await reader.check(token)
      if (status === 'unavailable') throw new Error('The store is unavailable.')
      return status === 'active'
    },
  }
}

/** @type {Readonly<Record<string, Variant>>} */
export const variants = {
  async layered({ readerPort, writerPort }) {
    const store = layeredStore(redisStore(ioredisTo(readerPort)), { maxStaleness })
    return candidateOf(store, writerPort)
  },

  async mirror({ readerPort, writerPort }) {
    const local = () => memoryStore({ maxMarks: maxEntries, logLength: 1 })
    const store = mirroredStore(redisStore(ioredisTo(readerPort)), { local, maxMarks: maxEntries / 2, maxStaleness })
    return candidateOf(store, writerPort)
  },

  /** In memory, with Redis behind it and its bus. */
  async bentocache({ readerPort, writerPort }) {
    // Its bus creates connections without a listener for errors, each of which ioredis prints.
    console.error = () => undefined
    const [reader, writer] = [readerPort, writerPort].map((port) => {
      const store = bentostore()
        .useL1Layer(memoryDriver({ maxItems: maxEntries }))
        .useL2Layer(redisDriver({ connection: ioredisTo(port) }))
        .useBus(redisBusDriver({ connection: ioredisTo(port) }))
      return new BentoCache({ default: 'tokens', ttl: lifetimeMs, stores: { tokens: store } })
    })
    if (reader === undefined || writer === undefined) throw new Error('There are two.')
    return {
      issue: (tokens) => Promise.all(tokens.map(({ jti }) => writer.set({ key: jti, value: 'valid' }))),
      revoke: ({ jti }) => writer.set({ key: jti, value: 'revoked' }),
      isValid: async ({ jti }) => known(/** @type {string | undefined} */ (await reader.get({ key: jti }))) === 'valid',
    }
  },

  /** In memory for as long as our bound, with Redis behind it, and without messages. */
  async cacheable({ readerPort, writerPort }) {
    const [reader, writer] = [readerPort, writerPort].map((port) => {
      const primary = createKeyv({ lruSize: maxEntries, useClone: false, ttl: boundMs })
      return new Cacheable({ primary, secondary: new KeyvRedis(urlOf(port)), ttl: lifetimeMs })
    })
    if (reader === undefined || writer === undefined) throw new Error('There are two.')
    for (const cache of [reader, writer]) cache.on('error', () => undefined)
    return {
      issue: (tokens) => Promise.all(tokens.map(({ jti }) => writer.set(jti, 'valid'))),
      revoke: ({ jti }) => writer.set(jti, 'revoked'),
      isValid: async ({ jti }) => known(/** @type {string | undefined} */ (await reader.get(jti))) === 'valid',
    }
  },

  /** The same. Its `wrap` puts what it has read from Redis into its memory. */
  async 'cache-manager'({ readerPort, writerPort }) {
    const [reader, writer] = [readerPort, writerPort].map((port) => {
      const local = createKeyv({ lruSize: maxEntries, useClone: false, ttl: boundMs })
      const remote = new Keyv({ store: new KeyvRedis(urlOf(port)), ttl: lifetimeMs })
      for (const store of [local, remote]) store.on('error', () => undefined)
      return createCache({ stores: [local, remote] })
    })
    if (reader === undefined || writer === undefined) throw new Error('There are two.')
    const load = () => known(undefined)
    return {
      issue: (tokens) => Promise.all(tokens.map(({ jti }) => writer.set(jti, 'valid'))),
      revoke: ({ jti }) => writer.set(jti, 'revoked'),
      isValid: async ({ jti }) => (await reader.wrap(jti, load)) === 'valid',
    }
  },

  /** Replies are cached until the server invalidates them. */
  async 'node-redis'({ readerPort, writerPort }) {
    const clientSideCache = { ttl: 0, maxEntries: 0, evictPolicy: /** @type {const} */ ('LRU') }
    const reader = createClient({ url: urlOf(readerPort), RESP: 3, clientSideCache })
    reader.on('error', () => undefined)
    await reader.connect()
    const writer = ioredisTo(writerPort)
    return {
      revoke: ({ jti }) => writer.set(jti, 'revoked', 'PX', lifetimeMs),
      isValid: async ({ jti }) => (await reader.get(jti)) === null,
    }
  },

  /** The usual hand-written solution. */
  async lru({ readerPort, writerPort }) {
    const [reader, writer] = [ioredisTo(readerPort), ioredisTo(writerPort)]
    /** @type {LRUCache<string, boolean>} */
    const cache = new LRUCache({ max: maxEntries, ttl: boundMs })
    return {
      revoke: ({ jti }) => writer.set(jti, 'revoked', 'PX', lifetimeMs),
      async isValid({ jti }) {
        const cached = cache.get(jti)
        if (cached !== undefined) return cached
        const isValid = (await reader.get(jti)) === null
        cache.set(jti, isValid)
        return isValid
      },
    }
  },
}

/** @param {string | undefined | null} value */
function known(value) {
  if (value === undefined || value === null) throw new Error('The cache has lost a value.')
  return value
}
