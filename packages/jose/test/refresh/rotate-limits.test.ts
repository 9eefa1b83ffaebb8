import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { issuer, moveTo, subject, world } from '../support/fixtures.ts'
import { alice, claimsOf, reused, sessionEnded, sessionTokens, sessionWorld } from '../support/refresh-fixtures.ts'

test('no token ever lives longer than maxTokenLifetime, by any clock and any lifetimes', async () => {
  const lifetimes = fc.integer({ min: 750, max: 7_200 }).chain((max) =>
    fc.record({
      max: fc.constant(max),
      lifetime: fc.integer({ min: 1, max }),
      refresh: fc.oneof(fc.constant(max), fc.integer({ min: 1, max })),
      timeout: fc.constantFrom('100ms', '1s', '3s'),
      start: fc.integer({ min: 0, max: 2_000 }),
      steps: fc.array(fc.integer({ min: 2, max: 20_000 }), { minLength: 1, maxLength: 6 }),
      loginAfterRevocation: fc.boolean(),
    }),
  )
  await fc.assert(
    fc.asyncProperty(lifetimes, async ({ max, lifetime, refresh, timeout, start, steps, loginAfterRevocation }) => {
      const { tokens, clock, revocation } = sessionWorld({
        revocation: { maxTokenLifetime: max, timeout: timeout as '1s' },
        tokens: { lifetime },
        refresh: { lifetime: refresh },
      })
      clock.advance(start)
      if (loginAfterRevocation) await revocation.revoke({ subject })
      clock.advance(1)
      let pair = await tokens.issuePair(alice)
      for (const step of steps) {
        for (const { iat = 0, exp = 0 } of Object.values(claimsOf(pair))) {
          expect(exp - iat).toBeLessThanOrEqual(max)
          expect(Number.isInteger(exp)).toBe(true)
        }
        await tokens.verify(pair.accessToken)
        clock.advance(step)
        const { exp = 0 } = claimsOf(pair).refresh
        if (clock.now() >= exp * 1_000) moveTo(clock, exp * 1_000 - 1)
        pair = await tokens.rotate(pair.refreshToken)
      }
    }),
    { numRuns: 150 },
  )
})

describe.each(['*', issuer])('with the issuer %s in createRevocation', (scoped) => {
  test('pairs rotate, reuse ends the session, and logging out works', async () => {
    const { tokens, revocation, clock, store } = sessionWorld({ revocation: { issuer: scoped } })
    const first = await tokens.issuePair(alice)
    clock.advance(10)
    const second = await tokens.rotate(first.refreshToken)
    expect(store.size()).toBe(1)
    const elsewhere = sessionTokens(revocation, { tokens: { issuer: 'https://other.example' } })
    if (scoped === '*') await elsewhere.issuePair({ ...alice, sid: first.sid })
    await expect(tokens.rotate(first.refreshToken)).rejects.toMatchObject(reused)
    await expect(tokens.verify(second.accessToken)).rejects.toMatchObject(sessionEnded)
    // The same sid of another issuer is another session.
    if (scoped === '*') await elsewhere.issuePair({ ...alice, sid: first.sid })

    const third = await tokens.issuePair(alice)
    expect(await tokens.revoke(third.refreshToken)).toMatchObject({ changed: true })
    await expect(tokens.verify(third.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sid' })
    const fourth = await tokens.issuePair(alice)
    await tokens.endSession(fourth.accessToken)
    await expect(tokens.rotate(fourth.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sid' })
    const once = await tokens.issue(alice)
    await tokens.redeem(once)
    await expect(tokens.redeem(once)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })
})

describe('createAccessTokens refuses shorter lives', () => {
  // Five times the deadline, and the minute that a cache may be stale.
  const cases = [
    { timeout: '1s', least: 650, message: /at least: .* by 65 s/ },
    { timeout: '100ms', least: 605, message: /at least: .* by 60\.5 s/ },
    { timeout: '10s', least: 1_100, message: /at least: .* by 110 s/ },
  ] as const

  test.each(cases)(
    'with a timeout of $timeout, refresh tokens need a maxTokenLifetime of $least s, ten times what a pair is dated back by',
    async ({ timeout, least, message }) => {
      const worldOf = (seconds: number) => () =>
        sessionWorld({
          revocation: { timeout, maxTokenLifetime: seconds },
          tokens: { lifetime: '60s' },
          refresh: { lifetime: '5m' },
        })
      expect(worldOf(least - 0.001)).toThrow(RangeError)
      expect(worldOf(least - 0.001)).toThrow(message)
      const { tokens, clock } = worldOf(least)()
      const { refreshToken } = await tokens.issuePair(alice)
      clock.advance(200_000)
      await tokens.verify((await tokens.rotate(refreshToken)).accessToken)
    },
  )
})

test('without refresh, tokens may live as shortly as they like', async () => {
  const { tokens } = world({ revocation: { maxTokenLifetime: '5s' }, tokens: { lifetime: '5s' } })
  await tokens.verify(await tokens.issue(alice))
})
