/** What the status of a cache says of a Redis that is not there. */
import type { FollowableStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { type LayeredStore, layeredStore, type MirroredStore, mirroredStore } from '../src/index.ts'

test.each<[name: string, cacheOver: (remote: FollowableStore) => LayeredStore | MirroredStore]>([
  ['layeredStore', (remote) => layeredStore(remote)],
  ['mirroredStore', (remote) => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }) })],
])('the status of a %s names the code of an unreachable port', async (_, cacheOver) => {
  // No server listens on this port.
  const client = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 1 })
  client.on('error', () => undefined)
  const cache = cacheOver(redisStore(client))
  try {
    const failure = (): string => String(cache.status().lastFailure)
    await eventually(() => failure().includes('ECONNREFUSED'), 'the cache says why', 10_000)
    expect(failure()).toContain('diagnoseRedis')
  } finally {
    await cache.close()
    client.disconnect()
  }
})
