// @ts-check
import { createRevocation } from '@revoked/core'
import { mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'
import { batchesOf, mixedKeys } from '../measure/tokens.mjs'

/** Above the number of marks, because a tenth or two is reserved for subjects and sessions. */
export const maxMarks = 2_000_000

/**
 * Creates a connection, and a mirror over it that has just begun.
 *
 * @param {string} url
 * @param {Partial<import('@revoked/store-layered').MirroredStoreOptions>} [options]
 */
export function createMirror(url, options) {
  const remote = redisStore(new Redis(url))
  const store = mirroredStore(remote, { local: () => memoryStore({ maxMarks, logLength: 1 }), maxMarks, ...options })
  return { remote, store, revocation: createRevocation({ store, maxTokenLifetime: '24h' }) }
}

/** @param {import('@revoked/store-layered').MirroredStore} store */
export async function untilLive(store) {
  await eventually(() => store.status().state === 'live', 'the mirror is live', 120_000)
}

/**
 * Records random marks of tokens, for an hour, of a mix of keys.
 *
 * @param {import('@revoked/core').RevocationStore} store
 * @param {number} count
 */
export async function recordMarks(store, count) {
  const mark = { cutoff: Number.POSITIVE_INFINITY, expiresAt: Date.now() + 3_600_000 }
  for (const keys of batchesOf(mixedKeys(count), 1_000)) await store.record(keys.map((key) => ({ key, mark })))
}
