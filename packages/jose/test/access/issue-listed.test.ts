import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens } from '../../src/index.ts'
import { issuerOptions, rejectionOf, subject, world } from '../support/fixtures.ts'
import { scriptedSessions } from '../support/scripted-sessions.ts'

function listedWorld(lifetimeMs?: number) {
  const { clock, store, revocation, tokens: unlisted } = world({ revocation: { timeout: '20ms' } })
  const sessions = scriptedSessions(clock.now, lifetimeMs)
  return {
    ...{ clock, store, revocation, sessions, unlisted },
    tokens: createAccessTokens({ ...issuerOptions(revocation), sessions }),
  }
}

const alice = { sub: subject }

describe('an access token that is a session by itself', () => {
  test('is opened by its jti, for its lifetime', async () => {
    const { tokens, sessions } = listedWorld()
    const token = await tokens.issue(alice, { lifetime: '1h', device: 'phone' })
    const { jti, iat = 0, exp } = decodeJwt(token)
    expect(sessions.calls).toEqual([{ method: 'open', args: [{ subject, id: jti, device: 'phone', lifetime: 3_600 }] }])
    expect(exp).toBe(iat + 3_600)
    await tokens.verify(token)
  })

  test('never outlives its entry', async () => {
    const { tokens, sessions, clock } = listedWorld()
    const inner = sessions.open
    const tight = createAccessTokens({
      ...issuerOptions(listedWorld().revocation),
      sessions: {
        ...sessions,
        open: async (login) => ({ ...(await inner(login)), endsAt: clock.now() + 60_000 }),
      },
    })
    const end = Math.floor((clock.now() + 60_000) / 1_000)
    expect(decodeJwt(await tight.issue(alice)).exp).toBe(end)
    expect(decodeJwt(await tokens.issue(alice)).exp).toBeGreaterThan(end)
  })

  test.each(['revoke', 'redeem'] as const)('is closed by %s', async (method) => {
    const { tokens, sessions } = listedWorld()
    const [token, other] = [await tokens.issue(alice), await tokens.issue(alice)]
    await tokens[method](token)
    expect(sessions.ids()).toEqual([decodeJwt(other).jti])
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'jti' })
  })

  test('is revoked first and closed then; a retry completes it', async () => {
    const { tokens, sessions, store } = listedWorld()
    const token = await tokens.issue(alice)
    const { jti } = decodeJwt(token)
    store.goDown()
    await expect(tokens.revoke(token)).rejects.toMatchObject({ status: 503 })
    expect(sessions.ids()).toEqual([jti])
    store.comeBack()
    sessions.fail('close')
    await expect(tokens.revoke(token)).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503 })
    await expect(tokens.verify(token)).rejects.toMatchObject({ by: 'jti' })
    await tokens.revoke(token)
    expect(sessions.ids()).toEqual([])
  })

  test('is not issued if the list fails, and not listed if it is not issued', async () => {
    const { tokens, sessions, store } = listedWorld()
    sessions.fail('open')
    await expect(tokens.issue(alice)).rejects.toThrow()
    store.goDown()
    await expect(tokens.issue(alice)).rejects.toMatchObject({ status: 503 })
    store.comeBack()
    expect(sessions.ids()).toEqual([])
  })

  test('has a device with a list alone', async () => {
    const { unlisted } = listedWorld()
    expect(await rejectionOf(unlisted.issue(alice, { device: 'phone' }))).toBeInstanceOf(TypeError)
  })
})
