import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'
import type { IssueClaims } from '../../src/index.ts'
import { issuer, subject } from '../support/fixtures.ts'
import { alice, claimsOf, type SessionWorld, sessionTokens, sessionWorld } from '../support/refresh-fixtures.ts'

const allowRefresh = { allowRefresh: true, reason: 'role_changed' } as const
const refused = { code: 'ERR_TOKEN_REVOKED', reason: 'role_changed' }

/** Looks up the role anew. */
const renew = (claims: IssueClaims): IssueClaims => ({ ...claims, role: 'admin' })

/** A session of an hour, which was refreshed meanwhile: its tokens are dated back. */
async function session(world: SessionWorld) {
  const first = await world.tokens.issuePair({ ...alice, client_id: 'app-7' })
  world.clock.advance(3_600_000)
  return await world.tokens.rotate(first.refreshToken, { renew })
}

describe.each([
  ['the subject', { subject }],
  ['the client', { claim: 'client_id', value: 'app-7' }],
  ['everything', { everything: true }],
] as const)('after a revocation of %s that lets sessions refresh', (_, target) => {
  const start = () => sessionWorld({ revocation: { claims: ['client_id'] } })

  test('access tokens are refused, and the session refreshes with new claims that pass at once', async () => {
    const world = start()
    const { tokens, clock, revocation } = world
    let pair = await session(world)
    for (const role of ['editor', 'reader', 'owner']) {
      clock.advance(1)
      await revocation.revoke(target, allowRefresh)
      await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject(refused)
      await tokens.verifyRefresh(pair.refreshToken)
      clock.advance(1)
      pair = await tokens.rotate(pair.refreshToken, { renew: (claims) => ({ ...claims, role }) })
      // Dated back to before the revocation, and yet it passes.
      expect((claimsOf(pair).access.iat ?? 0) * 1_000).toBeLessThan(clock.now() - 60_000)
      expect((await tokens.verify(pair.accessToken)).claims).toMatchObject({ role })
    }
  })

  test('a rotation without renew is refused, and leaves the token unspent', async () => {
    const world = start()
    const { tokens, clock, revocation } = world
    const pair = await session(world)
    clock.advance(1)
    await revocation.revoke(target, allowRefresh)
    clock.advance(60_000)
    await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject(refused)
    await tokens.verify((await tokens.rotate(pair.refreshToken, { renew })).accessToken)
  })

  test('a login right after it is not born revoked', async () => {
    const { tokens, clock, revocation } = start()
    await revocation.revoke(target, allowRefresh)
    clock.advance(1)
    await tokens.verify(await tokens.issue({ ...alice, client_id: 'app-7' }))
    const pair = await tokens.issuePair({ ...alice, client_id: 'app-7' })
    await tokens.verify(pair.accessToken)
    clock.advance(1)
    await tokens.verify((await tokens.rotate(pair.refreshToken)).accessToken)
  })
})

describe('the instant at which claims were looked up', () => {
  test('is that before renew was called, in both tokens', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    expect(claimsOf(first).access).not.toHaveProperty('claims_at')
    clock.advance(3_600_000)
    const before = clock.now() / 1_000
    const slow = async (claims: IssueClaims): Promise<IssueClaims> => {
      clock.advance(3_000)
      return renew(claims)
    }
    const pair = await tokens.rotate(first.refreshToken, { renew: slow })
    expect(claimsOf(pair)).toMatchObject({ access: { claims_at: before }, refresh: { claims_at: before } })
  })

  test('is carried over by rotations without renew, so that stale claims do not live on', async () => {
    const { tokens, clock, revocation } = sessionWorld()
    const first = await tokens.issuePair(alice)
    const { iat } = claimsOf(first).access
    clock.advance(3_600_000)
    const second = await tokens.rotate(first.refreshToken)
    expect(claimsOf(second)).toMatchObject({ access: { claims_at: iat }, refresh: { claims_at: iat } })
    clock.advance(3_600_000)
    const third = await tokens.rotate(second.refreshToken, { renew })
    const { claims_at: looked } = claimsOf(third).access
    clock.advance(3_600_000)
    const fourth = await tokens.rotate(third.refreshToken)
    expect(claimsOf(fourth)).toMatchObject({ access: { claims_at: looked }, refresh: { claims_at: looked } })
    // Looks back to before the last rotation, and after its claims were looked up.
    await revocation.revoke({ subject }, { ...allowRefresh, issuedBefore: clock.now() - 1_800_000 })
    await expect(tokens.verify(fourth.accessToken)).rejects.toMatchObject(refused)
    await expect(tokens.rotate(fourth.refreshToken)).rejects.toMatchObject(refused)
    await tokens.rotate(fourth.refreshToken, { renew })
  })

  test('cannot be given by the caller', async () => {
    const { tokens, clock } = sessionWorld()
    const given = { ...alice, claims_at: 99_999_999_999 } as unknown as IssueClaims
    await expect(tokens.issue(given)).rejects.toThrow(TypeError)
    await expect(tokens.issuePair(given)).rejects.toThrow(TypeError)
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(1)
    await expect(tokens.rotate(refreshToken, { renew: () => given })).rejects.toThrow(TypeError)
    const seen: unknown[] = []
    const next = await tokens.rotate(refreshToken)
    await tokens.rotate(next.refreshToken, {
      renew: (claims) => {
        seen.push(claims)
        return claims
      },
    })
    expect(seen).toEqual([{ ...alice, sid: next.sid }])
  })
})

test('claims looked up while the revocation was recorded are refused, and one more refresh helps', async () => {
  const { tokens, clock, revocation } = sessionWorld()
  const first = await tokens.issuePair(alice)
  clock.advance(3_600_000)
  const late = async (claims: IssueClaims): Promise<IssueClaims> => {
    clock.advance(10)
    await revocation.revoke({ subject }, allowRefresh)
    return claims
  }
  const stale = await tokens.rotate(first.refreshToken, { renew: late })
  await expect(tokens.verify(stale.accessToken)).rejects.toMatchObject(refused)
  clock.advance(1)
  await tokens.verify((await tokens.rotate(stale.refreshToken, { renew })).accessToken)
})

test('without renew, a revocation that is recorded during the rotation refuses it', async () => {
  const { tokens, clock, revocation, store } = sessionWorld()
  const { refreshToken } = await tokens.issuePair(alice)
  clock.advance(3_600_000)
  const spend = store.hold('record', 1)
  const rotating = tokens.rotate(refreshToken)
  const refusal = expect(rotating).rejects.toMatchObject(refused)
  await expect.poll(() => store.calls).toContain('record')
  await revocation.revoke({ subject }, allowRefresh)
  spend()
  await refusal
})

test('by the real clock, a refresh in the millisecond of the revocation passes at once', async () => {
  const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
  const tokens = sessionTokens(revocation)
  let pair = await tokens.issuePair(alice)
  for (let round = 0; round < 50; round++) {
    await revocation.revoke({ subject }, allowRefresh)
    pair = await tokens.rotate(pair.refreshToken, { renew })
    await tokens.verify(pair.accessToken)
  }
})

test('a full revocation ends a session that could still refresh', async () => {
  const { tokens, clock, revocation } = sessionWorld({ revocation: { issuer: '*' } })
  const { refreshToken } = await tokens.issuePair(alice)
  clock.advance(60_000)
  await revocation.revoke({ subject, issuer }, allowRefresh)
  await revocation.revoke({ subject, issuer })
  await expect(tokens.rotate(refreshToken, { renew })).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
})
