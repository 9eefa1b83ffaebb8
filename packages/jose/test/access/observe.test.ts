import { describe, expect, test } from 'vitest'
import { goodClaims, signByHand, subject, tampered, world } from '../support/fixtures.ts'
import { alice, sessionWorld } from '../support/refresh-fixtures.ts'

const observe = { mode: 'observe' } as const

describe('in the mode observe', () => {
  test('verify lets a revoked token pass, with what it would be refused with', async () => {
    const { tokens, revocation } = world({ revocation: observe })
    const token = await tokens.issue({ sub: subject })
    expect(await tokens.verify(token)).not.toHaveProperty('observed')
    await revocation.revoke({ subject })
    expect(await tokens.verify(token)).toMatchObject({ degraded: false, observed: { code: 'ERR_TOKEN_REVOKED' } })
    await expect(tokens.verify(token, { mode: 'enforce' })).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('verify lets a token pass while the store is down, as degraded', async () => {
    const { tokens, store } = world({ revocation: observe })
    const token = await tokens.issue({ sub: subject })
    store.goDown()
    const observed = { code: 'ERR_REVOCATION_UNAVAILABLE' }
    expect(await tokens.verify(token)).toMatchObject({ degraded: true, observed })
  })

  test('verify refuses what is expired or wrongly signed as ever', async () => {
    const { tokens, clock } = world({ revocation: observe })
    const token = await tokens.issue({ sub: subject })
    await expect(tokens.verify(tampered(token))).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
    const expired = await signByHand(goodClaims(clock.now() - 86_400_000))
    await expect(tokens.verify(expired)).rejects.toMatchObject({ status: 401 })
  })

  test('redeem answers once', async () => {
    const { tokens } = world({ revocation: observe })
    const token = await tokens.issue({ sub: subject })
    expect(await tokens.redeem(token)).toMatchObject({ sub: subject })
    await expect(tokens.redeem(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', reason: 'redeemed' })
  })

  test('a token that is issued in the second of a revocation passes once the mode is enforce', async () => {
    const { tokens, revocation, clock } = world({ revocation: observe })
    await revocation.revoke({ subject })
    const issuing = tokens.issue({ sub: subject })
    clock.advance(1)
    expect(await tokens.verify(await issuing, { mode: 'enforce' })).toMatchObject({ claims: { sub: subject } })
  })

  test('a revoked session is refreshed, and a refresh token that was used twice is refused', async () => {
    const { tokens, revocation, clock } = sessionWorld({ revocation: observe })
    const first = await tokens.issuePair(alice)
    const { claims } = await tokens.verify(first.accessToken)
    await revocation.revoke({ session: String(claims.sid) })
    const second = await tokens.rotate(first.refreshToken)
    await tokens.rotate(second.refreshToken)
    clock.advance(60_000)
    await expect(tokens.rotate(first.refreshToken)).rejects.toMatchObject({ code: 'ERR_REFRESH_REUSED' })
  })
})
