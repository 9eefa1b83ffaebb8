import { createRevocation, type FollowableStore } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { subject } from '../support/fixtures.ts'
import { type LaggingLog, laggingLog } from '../support/lagging-log.ts'
import { alice, outcomeOf, sessionTokens } from '../support/refresh-fixtures.ts'

/**
 * The store with a subscription that can be made to lag: nothing that happens arrives, and the
 * connection stays.
 */
function laggingStore(): FollowableStore & LaggingLog {
  const inner = memoryStore()
  return { ...inner, logs: inner.logs, ...laggingLog(inner) }
}

test('a revocation that has not reached the cache yet reaches the new pair, or refuses the rotation', async () => {
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

    // Late in a second, so that it takes no longer than needed until a pair is dated later than
    // this.
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

/** Sessions of an hour ago, over a cache and beside it. */
async function oldSessions() {
  const remote = laggingStore()
  const cached = layeredStore(remote, { maxStaleness: '1s', timeout: '80ms' })
  onTestFinished(() => cached.close())
  await eventually(() => cached.status().state === 'live', 'the cache is live')
  const limits = { maxTokenLifetime: '24h', timeout: '500ms' } as const
  const hourAgo = createRevocation({ store: memoryStore(), ...limits, now: () => Date.now() - 3_600_000 })
  const logIn = () => sessionTokens(hourAgo).issuePair(alice)
  const direct = createRevocation({ store: remote, ...limits })
  /** Looks back further than pairs are dated back. */
  const revoke = () => direct.revoke({ subject }, { issuedBefore: Date.now() - 600_000 })
  return { remote, tokens: sessionTokens(createRevocation({ store: cached, ...limits })), logIn, revoke }
}

describe('over a cache, a revocation that looks back', () => {
  const refused = { code: 'ERR_TOKEN_REVOKED', by: 'sub' }

  test('refuses the rotation during which it is recorded, if its change arrives', async () => {
    const { tokens, logIn, revoke } = await oldSessions()
    const { refreshToken } = await logIn()
    const renew = async <T>(claims: T): Promise<T> => {
      await revoke()
      return claims
    }
    await expect(tokens.rotate(refreshToken, { renew })).rejects.toMatchObject(refused)
  })

  test('is outrun for maxStaleness at most, if its change does not arrive', async () => {
    const { remote, tokens, logIn, revoke } = await oldSessions()
    const sessions = await Promise.all([logIn(), logIn()])
    for (const { refreshToken } of sessions) await tokens.verifyRefresh(refreshToken)
    remote.lag()
    await revoke()
    const revokedAt = Date.now()
    // The cache still answers for what it looked up before: this is the limitation. On a slow
    // machine, it is over already.
    await outcomeOf(tokens.rotate(sessions[0].refreshToken))
    await expect.poll(() => Date.now() - revokedAt, { interval: 20, timeout: 3_000 }).toBeGreaterThan(1_000)
    await expect(tokens.rotate(sessions[1].refreshToken)).rejects.toMatchObject(refused)
  })
})
