import { describe, expect, test } from 'vitest'
import { goodClaims, issuer, signByHand, subject } from '../support/fixtures.ts'
import { alice, claimsOf, familyOf, reused, sessionEnded, sessionWorld } from '../support/refresh-fixtures.ts'

describe('rotate', () => {
  test('answers a new pair of the same session, family and claims', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    clock.advance(3_600_000)
    const second = await tokens.rotate(first.refreshToken)
    const iat = Math.floor((clock.now() - 65_000) / 1_000)
    const { id } = familyOf(claimsOf(first).refresh)
    expect(second.sid).toBe(first.sid)
    expect(claimsOf(second)).toMatchObject({
      access: { ...alice, sid: first.sid, iat, exp: iat + 900 },
      refresh: { ...alice, sid: first.sid, fam: { id, generation: 2 }, aud: issuer, iat, exp: iat + 86_400 },
    })
    expect(claimsOf(second).access).not.toHaveProperty('fam')
    const ids = [first, second].flatMap((pair) => [claimsOf(pair).access.jti, claimsOf(pair).refresh.jti])
    expect(new Set(ids).size).toBe(4)
    await tokens.verify(second.accessToken)
    await tokens.verifyRefresh(second.refreshToken)
  })

  test('leaves the access token of before to its own end', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    clock.advance(60_000)
    await tokens.rotate(first.refreshToken)
    expect((await tokens.verify(first.accessToken)).claims.sub).toBe(subject)
  })

  test('ends the session at the second use, for whoever used it and for whoever has its successor', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    const elsewhere = await tokens.issuePair(alice)
    clock.advance(10)
    const second = await tokens.rotate(first.refreshToken)
    await expect(tokens.rotate(first.refreshToken)).rejects.toMatchObject(reused)
    for (const pair of [first, second]) {
      await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject(sessionEnded)
      await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject(sessionEnded)
      await expect(tokens.verifyRefresh(pair.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    }
    await tokens.verify(elsewhere.accessToken)
    await tokens.rotate(elsewhere.refreshToken)
  })

  test('ends the session however old the generation is that comes back', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    let last = first
    for (let rotation = 0; rotation < 20; rotation++) {
      clock.advance(600_000)
      last = await tokens.rotate(last.refreshToken)
    }
    await expect(tokens.rotate(first.refreshToken)).rejects.toMatchObject(reused)
    await expect(tokens.rotate(last.refreshToken)).rejects.toMatchObject(sessionEnded)
  })

  test('keeps one mark for a session, however often it was rotated', async () => {
    const { tokens, clock, store } = sessionWorld()
    let { refreshToken } = await tokens.issuePair(alice)
    for (let rotation = 0; rotation < 1_000; rotation++) {
      clock.advance(2 + (rotation % 7))
      refreshToken = (await tokens.rotate(refreshToken)).refreshToken
      expect(store.size()).toBe(1)
    }
  })

  test('goes on far beyond maxTokenLifetime after the login, and a session that lies idle ends', async () => {
    const { tokens, clock } = sessionWorld()
    let { refreshToken } = await tokens.issuePair(alice)
    for (let rotation = 0; rotation < 100; rotation++) {
      clock.advance(20 * 3_600_000)
      const pair = await tokens.rotate(refreshToken)
      await tokens.verify(pair.accessToken)
      refreshToken = pair.refreshToken
    }
    clock.advance(86_460_000)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({
      code: 'ERR_INVALID_TOKEN',
      problem: 'ERR_JWT_EXPIRED',
    })
  })

  test.each([
    ['session', (sid: string) => ({ session: sid })],
    ['subject', () => ({ subject })],
    ['client', () => ({ claim: 'client_id', value: 'app-7' })],
    ['everything', () => ({ everything: true }) as const],
  ])('is refused once its %s was revoked, and spends nothing', async (_, targetOf) => {
    const { tokens, revocation, clock, store } = sessionWorld({ revocation: { claims: ['client_id'] } })
    const pair = await tokens.issuePair({ ...alice, client_id: 'app-7' })
    clock.advance(60_000)
    await revocation.revoke(targetOf(pair.sid))
    const marks = store.size()
    await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    await expect(tokens.verifyRefresh(pair.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    expect(store.size()).toBe(marks)
  })

  test('goes on if a revocation of the subject exempts the session', async () => {
    const { tokens, revocation, clock } = sessionWorld()
    const here = await tokens.issuePair(alice)
    const there = await tokens.issuePair(alice)
    clock.advance(60_000)
    const { claims } = await tokens.verify(here.accessToken)
    await revocation.revoke({ subject }, { except: claims })
    const next = await tokens.rotate(here.refreshToken)
    await tokens.verify(next.accessToken)
    await tokens.rotate(next.refreshToken)
    await expect(tokens.rotate(there.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
  })

  test('works right after a login in the second of a revocation', async () => {
    const { tokens, revocation, clock } = sessionWorld()
    await revocation.revoke({ subject })
    clock.advance(1)
    let pair = await tokens.issuePair(alice)
    for (let rotation = 0; rotation < 5; rotation++) {
      clock.advance(2)
      pair = await tokens.rotate(pair.refreshToken)
      await tokens.verify(pair.accessToken)
    }
  })

  test.each([
    ['without fam', { fam: undefined }],
    ['without jti', { jti: undefined }],
    ['with a claims_at that is text', { claims_at: '1' }],
    ['without sid', { sid: undefined }],
    ['without sub', { sub: undefined }],
    ['without iat', { iat: undefined }],
    ['with a fam that is a string', { fam: 'f' }],
    ['with a fam that is null', { fam: null }],
    ['with a fam without its id', { fam: { generation: 1 } }],
    ['with a fam without its generation', { fam: { id: 'f' } }],
    ['with a generation that is no whole number', { fam: { id: 'f', generation: 1.5 } }],
    ['with a generation of nothing', { fam: { id: 'f', generation: 0 } }],
    ['with the last generation that can be counted', { fam: { id: 'f', generation: Number.MAX_SAFE_INTEGER } }],
    ['with a generation that is text', { fam: { id: 'f', generation: '1' } }],
  ])('refuses a refresh token of our key %s', async (_, changes) => {
    const { tokens, clock, store } = sessionWorld()
    const claims = goodClaims(clock.now(), {
      aud: issuer,
      sid: 'laptop',
      fam: { id: 'f', generation: 1 },
      ...changes,
    })
    const token = await signByHand(claims, undefined, { alg: 'HS256', typ: 'rt+jwt' })
    await expect(tokens.rotate(token)).rejects.toMatchObject({ code: 'ERR_INVALID_CLAIMS', status: 401 })
    expect(store.size()).toBe(0)
  })
})

test('verifyRefresh answers the claims as often as it is asked, and spends nothing', async () => {
  const { tokens, clock, store } = sessionWorld()
  const { refreshToken, sid } = await tokens.issuePair(alice)
  for (let ask = 0; ask < 3; ask++) {
    expect(await tokens.verifyRefresh(refreshToken)).toMatchObject({ claims: { ...alice, sid }, degraded: false })
  }
  expect(store.size()).toBe(0)
  clock.advance(10)
  const next = await tokens.rotate(refreshToken)
  await expect(tokens.verifyRefresh(refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  await tokens.rotate(next.refreshToken)
})
