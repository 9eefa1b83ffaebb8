import { describe, expect, test } from 'vitest'
import { subject, tampered } from '../support/fixtures.ts'
import { alice, sessionWorld, unavailable } from '../support/refresh-fixtures.ts'

const loggedOut = { code: 'ERR_TOKEN_REVOKED', by: 'sid', reason: 'logout' }

describe.each(['accessToken', 'refreshToken'] as const)('endSession with the %s', (which) => {
  test('refuses all of its session from then on, and nothing else', async () => {
    const { tokens, clock } = sessionWorld()
    const [pair, elsewhere] = [await tokens.issuePair(alice), await tokens.issuePair(alice)]
    clock.advance(10)
    const next = await tokens.rotate(pair.refreshToken)
    expect(await tokens.endSession(pair[which], { reason: 'logout' })).toMatchObject({ changed: true })
    for (const one of [pair, next]) {
      await expect(tokens.verify(one.accessToken)).rejects.toMatchObject(loggedOut)
      await expect(tokens.rotate(one.refreshToken)).rejects.toMatchObject(loggedOut)
    }
    await tokens.verify(elsewhere.accessToken)
    await tokens.rotate(elsewhere.refreshToken)
    expect(await tokens.endSession(next[which])).toMatchObject({ changed: false })
  })

  test('ends it though the token has expired long ago, and went on by rotation', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    let last = first
    for (let day = 0; day < 3; day++) {
      clock.advance(20 * 3_600_000)
      last = await tokens.rotate(last.refreshToken)
    }
    await expect(tokens.verify(first.accessToken)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })
    expect(await tokens.endSession(first[which], { reason: 'logout' })).toMatchObject({ changed: true })
    await expect(tokens.verify(last.accessToken)).rejects.toMatchObject(loggedOut)
    await expect(tokens.rotate(last.refreshToken)).rejects.toMatchObject(loggedOut)
  })

  test('holds to the last millisecond of the refresh token', async () => {
    const { tokens, clock } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    await tokens.endSession(pair[which], { reason: 'logout' })
    const { claims } = await tokens.inspect(pair.refreshToken)
    clock.advance(((claims.exp ?? 0) + 60) * 1_000 - 1 - clock.now())
    await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject(loggedOut)
  })

  test('rejects, and ends nothing, if the token was tampered with', async () => {
    const { tokens, clock, store } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    clock.advance(10)
    await expect(tokens.endSession(tampered(pair[which]))).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
    expect(store.size()).toBe(0)
    await tokens.rotate(pair.refreshToken)
  })

  test.each(['closed', 'open'] as const)('never says "done" on a failure, with the policy %s', async (failPolicy) => {
    const { tokens, store } = sessionWorld({ revocation: { failPolicy } })
    const pair = await tokens.issuePair(alice)
    store.fail('record', 1)
    await expect(tokens.endSession(pair[which])).rejects.toMatchObject(unavailable)
    expect(await tokens.endSession(pair[which])).toMatchObject({ changed: true })
  })
})

test('endSession refuses a token of no session: nothing was revoked', async () => {
  const { tokens, store } = sessionWorld()
  const token = await tokens.issue({ sub: subject })
  await expect(tokens.endSession(token)).rejects.toMatchObject({ code: 'ERR_INVALID_CLAIMS', claim: 'sid' })
  expect(store.size()).toBe(0)
})

describe('revoke', () => {
  test('of a refresh token logs its whole session out', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    clock.advance(10)
    const second = await tokens.rotate(first.refreshToken)
    expect(await tokens.revoke(second.refreshToken, { reason: 'logout' })).toMatchObject({ changed: true })
    for (const one of [first, second]) {
      await expect(tokens.verify(one.accessToken)).rejects.toMatchObject(loggedOut)
      await expect(tokens.rotate(one.refreshToken)).rejects.toMatchObject(loggedOut)
    }
  })

  test('of a refresh token that was spent logs the session out as well', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    clock.advance(10)
    const second = await tokens.rotate(first.refreshToken)
    await tokens.revoke(first.refreshToken, { reason: 'logout' })
    await expect(tokens.verify(second.accessToken)).rejects.toMatchObject(loggedOut)
  })

  test('of an access token is for that token alone: its session goes on', async () => {
    const { tokens, clock } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    await tokens.revoke(pair.accessToken)
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ by: 'jti' })
    clock.advance(10)
    await tokens.verify((await tokens.rotate(pair.refreshToken)).accessToken)
  })
})
