// @ts-check
import { createRevocation } from '@revoked/core'
import { mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'
import { batchesOf, createId } from '../measure/tokens.mjs'

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
 * Records random marks of tokens, for an hour: 70% of `jti`, 20% of `sid` and 10% of `sub`.
 *
 * @param {import('@revoked/core').RevocationStore} store
 * @param {number} count
 */
export async function recordMarks(store, count) {
  const expiresAt = Date.now() + 3_600_000
  const indexes = Array.from({ length: count }, (_, index) => index)
  for (const batch of batchesOf(indexes, 1_000)) {
    await store.record(
      batch.map((index) => ({
        key: { scope: index % 10 < 7 ? 'jti' : index % 10 < 9 ? 'sid' : 'sub', value: createId() },
        mark: { cutoff: Number.POSITIVE_INFINITY, expiresAt },
      })),
    )
  }
}
