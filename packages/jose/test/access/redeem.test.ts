import { describe, expect, test } from 'vitest'
import { goodClaims, signByHand, subject, tampered } from '../support/fixtures.ts'
import { alice, raced, sessionWorld, unavailable } from '../support/refresh-fixtures.ts'

const redeemed = { code: 'ERR_TOKEN_REVOKED', status: 401, statusCode: 401, by: 'jti', reason: 'redeemed' }

describe('redeem', () => {
  test('answers the claims, once', async () => {
    const { tokens } = sessionWorld()
    const token = await tokens.issue({ sub: subject, purpose: 'reset' })
    expect(await tokens.redeem(token)).toMatchObject({ sub: subject, purpose: 'reset' })
    await expect(tokens.redeem(token)).rejects.toMatchObject(redeemed)
    await expect(tokens.verify(token)).rejects.toMatchObject(redeemed)
  })

  test('uses up that token alone', async () => {
    const { tokens } = sessionWorld()
    const [one, other] = [await tokens.issue(alice), await tokens.issue(alice)]
    await tokens.redeem(one)
    await tokens.redeem(other)
  })

  test.each(['closed', 'open'] as const)(
    'answers one of fifty at the same time, with the policy %s',
    async (failPolicy) => {
      const { tokens, store } = sessionWorld({ revocation: { failPolicy } })
      const token = await tokens.issue(alice)
      const outcomes = await raced(store, 50, () => tokens.redeem(token))
      expect(outcomes.filter((outcome) => 'value' in outcome)).toHaveLength(1)
      const codes = outcomes.flatMap((outcome) => ('code' in outcome ? [outcome.code] : []))
      expect(new Set(codes)).toEqual(new Set(['ERR_TOKEN_REVOKED']))
    },
  )

  test('answers one of fifty if all of them find the store unavailable, and then can write', async () => {
    const { tokens, store } = sessionWorld({ revocation: { failPolicy: 'open' } })
    const token = await tokens.issue(alice)
    for (let nth = 1; nth <= 50; nth++) store.fail('find', nth)
    const outcomes = await raced(store, 50, () => tokens.redeem(token))
    expect(outcomes.filter((outcome) => 'value' in outcome)).toHaveLength(1)
  })

  test.each(['closed', 'open'] as const)(
    'rejects with 503 if it cannot be written, with the policy %s',
    async (failPolicy) => {
      const { tokens, store } = sessionWorld({ revocation: { failPolicy } })
      const token = await tokens.issue(alice)
      store.fail('record', 1)
      await expect(tokens.redeem(token)).rejects.toMatchObject(unavailable)
      expect(await tokens.redeem(token)).toMatchObject(alice)
    },
  )

  test('takes a try whose answer was lost for the one use', async () => {
    const { tokens, store } = sessionWorld()
    const token = await tokens.issue(alice)
    store.fail('record', 1, 'after its effect')
    await expect(tokens.redeem(token)).rejects.toMatchObject(unavailable)
    await expect(tokens.redeem(token)).rejects.toMatchObject(redeemed)
  })

  test('refuses what verify refuses, and writes nothing', async () => {
    const { tokens, clock, store, revocation } = sessionWorld()
    const token = await tokens.issue(alice)
    await expect(tokens.redeem(tampered(token))).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
    await revocation.revoke({ subject })
    await expect(tokens.redeem(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
    clock.advance(960_000)
    await expect(tokens.redeem(token)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })
    expect(store.calls.filter((name) => name === 'record')).toHaveLength(1)
  })

  test('is for one use in the last millisecond of the tolerance, too', async () => {
    const { tokens, clock } = sessionWorld()
    const token = await tokens.issue(alice)
    const { claims } = await tokens.verify(token)
    clock.advance(((claims.exp ?? 0) + 60) * 1_000 - 1 - clock.now())
    await tokens.redeem(token)
    await expect(tokens.redeem(token)).rejects.toMatchObject(redeemed)
  })

  test('refuses a token without jti, which nobody could use up', async () => {
    const { tokens, clock, store } = sessionWorld()
    const token = await signByHand(goodClaims(clock.now(), { jti: undefined }))
    await expect(tokens.redeem(token)).rejects.toMatchObject({ code: 'ERR_UNIDENTIFIABLE_TOKEN' })
    expect(store.size()).toBe(0)
  })
})
