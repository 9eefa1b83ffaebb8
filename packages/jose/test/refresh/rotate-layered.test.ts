import { createRevocation, type FollowableStore } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { expect, test } from 'vitest'
import { subject } from '../support/fixtures.ts'
import { type LaggingFeed, laggingFeed } from '../support/lagging-feed.ts'
import { alice, sessionTokens } from '../support/refresh-fixtures.ts'

/** The store with a subscription that can be made to lag: nothing that happens arrives, and the connection stays. */
function laggingStore(): FollowableStore & LaggingFeed {
  const inner = memoryStore()
  return { ...inner, logs: inner.logs, ...laggingFeed(inner) }
}

test('a revocation that the cache of the instance has not heard of yet reaches the new pair, or the rotation is refused', async () => {
  const remote = laggingStore()
  const cached = layeredStore(remote, { maxStaleness: '10s', timeout: '80ms' })
  try {
    await eventually(() => cached.status().state === 'live', 'the cache is live')
    const limits = { maxTokenLifetime: '24h', timeout: '100ms' } as const
    const direct = createRevocation({ store: remote, ...limits })
    const tokens = sessionTokens(createRevocation({ store: cached, ...limits }))
    const pair = await tokens.issuePair(alice)
    await tokens.verifyRefresh(pair.refreshToken)
    remote.lag()

    // Late in a second, so that it takes no longer than needed until a pair is dated later than this.
    await expect.poll(() => Date.now() % 1_000, { interval: 5, timeout: 2_000 }).toBeGreaterThan(900)
    await direct.revoke({ subject })
    const revokedAt = Date.now()
    await expect.poll(() => Date.now() - revokedAt, { interval: 20, timeout: 2_000 }).toBeGreaterThan(700)
    const next = await tokens.rotate(pair.refreshToken).catch(() => undefined)
    if (next === undefined) return
    const { claims } = await tokens.inspect(next.accessToken)
    await expect(direct.check(claims)).resolves.toMatchObject({ status: 'revoked', by: 'sub' })
  } finally {
    await cached.close()
  }
})
