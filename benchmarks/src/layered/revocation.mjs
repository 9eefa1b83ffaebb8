// @ts-check
import { createRevocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'

/** `jti`, `sid`, `sub` and `all`. */
export const keysPerCheck = 4

/**
 * Creates a connection, a live layered store over it, and a revocation.
 *
 * @param {string} url
 * @param {import('@revoked/store-layered').LayeredStoreOptions} [options]
 */
export async function createLayered(url, options) {
  const store = layeredStore(redisStore(new Redis(url)), options)
  await eventually(() => store.status().state === 'live', 'the store is live')
  return { store, revocation: createRevocation({ store, maxTokenLifetime: '24h' }) }
}

/**
 * Returns how many of the keys looked up since the start were requested from the server.
 *
 * @param {import('@revoked/store-layered').LayeredStore} store
 * @param {number} keys
 */
export function keysAsked(store, keys) {
  return Math.round(keys * (1 - (store.status().localShare ?? 1)))
}
