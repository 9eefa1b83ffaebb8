// @ts-check
import { createRevocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'

/** `jti`, `sid`, `sub` and `all`. */
export const keysPerCheck = 4

/**
 * What one process has: a connection, a layered store over it that is live, and checks.
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
 * Of how many keys the server was asked, of so many that were looked up since the start.
 *
 * @param {import('@revoked/store-layered').LayeredStore} store
 * @param {number} keys
 */
export function keysAsked(store, keys) {
  return Math.round(keys * (1 - (store.status().localShare ?? 1)))
}
