import { describe, expect, test } from 'vitest'
import { subject, tampered } from '../support/fixtures.ts'
import { alice, claimsOf, sessionWorld } from '../support/refresh-fixtures.ts'

describe('inspect', () => {
  test('tells the type and the claims, and asks no store', async () => {
    const { tokens, store } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    const { access, refresh } = claimsOf(pair)
    store.calls.length = 0
    expect(await tokens.inspect(pair.accessToken)).toEqual({
      type: 'access',
      claims: access,
      expired: false,
      notYetValid: false,
    })
    expect(await tokens.inspect(pair.refreshToken)).toEqual({
      type: 'refresh',
      claims: refresh,
      expired: false,
      notYetValid: false,
    })
    expect(store.calls).toEqual([])
  })

  test('tells what has expired, from exp and the tolerance on', async () => {
    const { tokens, clock } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    const { access, refresh } = claimsOf(pair)
    for (const [type, token, claims] of [
      ['access', pair.accessToken, access],
      ['refresh', pair.refreshToken, refresh],
    ] as const) {
      clock.advance(((claims.exp ?? 0) + 60) * 1_000 - 1 - clock.now())
      expect(await tokens.inspect(token)).toEqual({ type, claims, expired: false, notYetValid: false })
      clock.advance(1)
      expect(await tokens.inspect(token)).toEqual({ type, claims, expired: true, notYetValid: false })
    }
    clock.advance(365 * 86_400_000)
    expect(await tokens.inspect(pair.accessToken)).toEqual({
      type: 'access',
      claims: access,
      expired: true,
      notYetValid: false,
    })
  })

  test('ignores revocations', async () => {
    const { tokens, revocation } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    await revocation.revoke([{ subject }, { session: pair.sid }])
    expect(await tokens.inspect(pair.accessToken)).toMatchObject({ type: 'access', expired: false })
    expect(await tokens.inspect(pair.refreshToken)).toMatchObject({ type: 'refresh', expired: false })
  })

  test('ignores that a refresh token was spent', async () => {
    const { tokens, clock } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    clock.advance(10)
    await tokens.rotate(pair.refreshToken)
    expect(await tokens.inspect(pair.refreshToken)).toMatchObject({ type: 'refresh', expired: false })
  })

  test('refuses what was tampered with, expired or not', async () => {
    const { tokens, clock } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    for (const ms of [0, 10 * 86_400_000]) {
      clock.advance(ms)
      for (const token of [pair.accessToken, pair.refreshToken]) {
        await expect(tokens.inspect(tampered(token))).rejects.toMatchObject({
          code: 'ERR_INVALID_TOKEN',
          problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
        })
      }
    }
  })
})
