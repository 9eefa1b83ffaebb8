import { describe, expect, test } from 'vitest'
import { alice, claimsOf, sessionWorld } from '../support/refresh-fixtures.ts'

describe('a refreshed session counts as begun at its login', () => {
  const tenMinutesMs = 600_000

  test.each([{ subject: alice.sub }, { everything: true }] as const)(
    'for a revocation of %j that looks back to before its refresh',
    async (target) => {
      const { tokens, revocation, clock } = sessionWorld()
      const { refreshToken, accessToken } = await tokens.issuePair(alice)
      const beforeRefresh = clock.now() + 1_000
      clock.advance(tenMinutesMs)
      const next = await tokens.rotate(refreshToken)
      const since = await tokens.issuePair(alice)
      await revocation.revoke(target, { issuedBefore: beforeRefresh })
      for (const token of [accessToken, next.accessToken])
        await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
      await expect(tokens.rotate(next.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
      await expect(tokens.verify(since.accessToken)).resolves.toMatchObject({ degraded: false })
    },
  )

  test('for as long as its last token may live', async () => {
    const { tokens, revocation, clock } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    const beforeRefresh = clock.now() + 1_000
    clock.advance(tenMinutesMs)
    const next = await tokens.rotate(refreshToken)
    const { expiresAt } = await revocation.revoke({ subject: alice.sub }, { issuedBefore: beforeRefresh })
    expect(expiresAt).toBeGreaterThan(next.refreshExpiresAt + 2 * revocation.limits.clockTolerance)
  })

  test('however often it is refreshed', async () => {
    const { tokens, clock } = sessionWorld()
    let pair = await tokens.issuePair(alice)
    const { session_at: begunAt } = claimsOf(pair).access
    for (let nth = 0; nth < 5; nth++) {
      clock.advance(tenMinutesMs)
      pair = await tokens.rotate(pair.refreshToken, { renew: (claims) => ({ ...claims, role: `role-${nth}` }) })
      expect(claimsOf(pair)).toMatchObject({ access: { session_at: begunAt }, refresh: { session_at: begunAt } })
    }
  })
})
