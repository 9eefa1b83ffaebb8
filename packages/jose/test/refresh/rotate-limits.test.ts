import { createRevocation } from '@revoked/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRevocableTokens } from '../../src/index.ts'
import { goodClaims, issuer, issuerOptions, moveTo, signByHand, subject, world } from '../support/fixtures.ts'
import { alice, claimsOf, reused, sessionEnded, sessionTokens, sessionWorld } from '../support/refresh-fixtures.ts'

/**
 * Of a revocation with the default timeout: what a pair is dated back by, and half a minute of use.
 */
const least = 95

test('exp - iat never exceeds the lifetime, so an API with just that maxTokenLifetime accepts', async () => {
  const lifetimes = fc.integer({ min: least, max: 7_200 }).chain((max) =>
    fc.record({
      max: fc.constant(max),
      lifetime: fc.integer({ min: least, max }),
      refresh: fc.oneof(fc.constant(max), fc.integer({ min: least, max })),
      start: fc.integer({ min: 0, max: 2_000 }),
      steps: fc.array(fc.integer({ min: 2, max: 20_000 }), { minLength: 1, maxLength: 6 }),
      loginAfterRevocation: fc.boolean(),
    }),
  )
  await fc.assert(
    fc.asyncProperty(lifetimes, async ({ max, lifetime, refresh, start, steps, loginAfterRevocation }) => {
      const { tokens, clock, revocation, store } = sessionWorld({
        revocation: { maxTokenLifetime: max },
        tokens: { lifetime },
        refresh: { lifetime: refresh },
      })
      const api = createRevocation({ store, maxTokenLifetime: lifetime, now: clock.now })
      const apiTokens = createRevocableTokens({ ...issuerOptions(api) })
      clock.advance(start)
      if (loginAfterRevocation) await revocation.revoke({ subject })
      clock.advance(1)
      let pair = await tokens.issuePair(alice)
      for (const step of steps) {
        const claims = claimsOf(pair)
        expect((claims.access.exp ?? 0) - (claims.access.iat ?? 0)).toBeLessThanOrEqual(lifetime)
        expect((claims.refresh.exp ?? 0) - (claims.refresh.iat ?? 0)).toBeLessThanOrEqual(refresh)
        expect(pair).toMatchObject({
          accessExpiresAt: (claims.access.exp ?? 0) * 1_000,
          refreshExpiresAt: (claims.refresh.exp ?? 0) * 1_000,
        })
        expect(pair.accessExpiresAt - clock.now()).toBeGreaterThan(29_000)
        await apiTokens.verify(pair.accessToken)
        clock.advance(step)
        if (clock.now() >= pair.refreshExpiresAt) moveTo(clock, pair.refreshExpiresAt - 1)
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

test('families are scoped by issuer: a spent token leaves that of another issuer with the same family', async () => {
  const { tokens, revocation, clock } = sessionWorld({ revocation: { issuer: '*' } })
  const other = 'https://other.example'
  const elsewhere = sessionTokens(revocation, { tokens: { issuer: other } })
  const sign = (iss: string) =>
    signByHand(goodClaims(clock.now(), { iss, aud: iss, sid: 'same', fam: { id: 'same', generation: 1 } }), undefined, {
      alg: 'HS256',
      typ: 'rt+jwt',
    })
  const [ours, theirs] = [await sign(issuer), await sign(other)]
  clock.advance(1_000)
  await tokens.rotate(ours)
  const next = await elsewhere.rotate(theirs)
  await expect(tokens.rotate(ours)).rejects.toMatchObject(reused)
  await elsewhere.rotate(next.refreshToken)
})

describe('lifetimes too short for what a rotated pair is dated back by are refused by name', () => {
  // Five times the timeout, the minute that a cache may be stale, and half a minute of use.
  const cases = [
    { timeout: '1s', seconds: 95, message: /must be at least 95 s: .* by 65 s/ },
    { timeout: '100ms', seconds: 91, message: /must be at least 91 s: .* by 60\.5 s/ },
    { timeout: '10s', seconds: 140, message: /must be at least 140 s: .* by 110 s/ },
  ] as const

  test.each(cases)('with a timeout of $timeout below $seconds s', async ({ timeout, seconds, message }) => {
    const create = (lifetime: number, refresh: number) => () =>
      sessionWorld({ revocation: { timeout }, tokens: { lifetime }, refresh: { lifetime: refresh } })
    expect(create(seconds - 1, 3_600)).toThrow(RangeError)
    expect(create(seconds - 1, 3_600)).toThrow(message)
    expect(create(seconds, seconds - 1)).toThrow(/^refresh\.lifetime must be at least/)
    const { tokens, clock } = create(seconds, 3_600)()
    let pair = await tokens.issuePair(alice)
    for (let rotation = 0; rotation < 3; rotation++) {
      clock.advance(200_000)
      pair = await tokens.rotate(pair.refreshToken)
      await tokens.verify(pair.accessToken)
      expect(pair.accessExpiresAt - clock.now()).toBeGreaterThan(29_000)
    }
  })

  test('and not if no pairs are issued', async () => {
    const { tokens } = world({ revocation: { maxTokenLifetime: '5s' }, tokens: { lifetime: '5s' } })
    await tokens.verify(await tokens.issue(alice))
  })
})
