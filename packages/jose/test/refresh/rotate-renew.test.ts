import { describe, expect, test } from 'vitest'
import type { IssueClaims } from '../../src/index.ts'
import { issuer, rejectionOf, subject } from '../support/fixtures.ts'
import { alice, claimsOf, reused, sessionEnded, sessionWorld, unavailable } from '../support/refresh-fixtures.ts'

describe('renew', () => {
  test('is given what the token was issued with, and decides what the new pair carries', async () => {
    const { tokens, clock } = sessionWorld()
    const { refreshToken, sid } = await tokens.issuePair(alice)
    const seen: unknown[] = []
    clock.advance(10)
    const renew = (claims: IssueClaims) => {
      seen.push(claims)
      return { sub: claims.sub, role: 'admin' }
    }
    const next = await tokens.rotate(refreshToken, { renew })
    expect(seen).toEqual([{ ...alice, sid }])
    expect(claimsOf(next)).toMatchObject({ access: { role: 'admin', sid }, refresh: { role: 'admin', sid } })
    clock.advance(10)
    const after = await tokens.rotate(next.refreshToken, { renew: async (claims) => ({ ...claims, plan: 'pro' }) })
    expect(claimsOf(after).access).toMatchObject({ role: 'admin', plan: 'pro', sid })
  })

  test('refuses by throwing, and the token is as good as before', async () => {
    const { tokens, clock, store } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(10)
    const banned = new Error('banned')
    expect(await rejectionOf(tokens.rotate(refreshToken, { renew: () => Promise.reject(banned) }))).toBe(banned)
    const throwing = (): never => {
      throw banned
    }
    expect(await rejectionOf(tokens.rotate(refreshToken, { renew: throwing }))).toBe(banned)
    expect(store.size()).toBe(0)
    await tokens.rotate(refreshToken)
  })

  test.each([
    ['another sub', { sub: 'mallory' }],
    ['another sid', { sub: subject, sid: 'elsewhere' }],
    ['a jti', { sub: subject, jti: 'mine' }],
    ['a fam', { sub: subject, fam: 'mine' }],
    ['nothing', undefined],
  ])('must not answer %s: a TypeError, and the token is as good as before', async (_, next) => {
    const { tokens, clock, store } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(10)
    const renew = () => next as unknown as IssueClaims
    await expect(tokens.rotate(refreshToken, { renew })).rejects.toThrow(TypeError)
    expect(store.size()).toBe(0)
    await tokens.rotate(refreshToken)
  })

  test.each([
    ['a configured claim that is no string', { client_id: 7 }],
    ['what no JSON can hold', { big: 1n }],
  ])('must not answer %s: the token is as good as before', async (_, changes) => {
    const { tokens, clock } = sessionWorld({ revocation: { claims: ['client_id'] } })
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(10)
    await rejectionOf(tokens.rotate(refreshToken, { renew: (claims) => ({ ...claims, ...changes }) }))
    await tokens.rotate(refreshToken)
  })

  test('into a client that was revoked a moment ago answers a pair that is good, or leaves the token unspent', async () => {
    const { tokens, revocation, clock } = sessionWorld({ revocation: { claims: ['client_id'] } })
    const { refreshToken } = await tokens.issuePair({ ...alice, client_id: 'app-7' })
    clock.advance(60_000)
    await revocation.revoke({ claim: 'client_id', value: 'app-8' })
    clock.advance(2_000)
    const renew = (claims: IssueClaims) => ({ ...claims, client_id: 'app-8' })
    const next = await tokens.rotate(refreshToken, { renew }).catch(() => undefined)
    if (next === undefined) await tokens.rotate(refreshToken)
    else await tokens.verify(next.accessToken)
  })

  test.each(['*', issuer])(
    'works with the issuer %s in createRevocation, and finds what was revoked there',
    async (scope) => {
      const { tokens, revocation, clock } = sessionWorld({ revocation: { issuer: scope, claims: ['client_id'] } })
      const { refreshToken } = await tokens.issuePair({ ...alice, client_id: 'app-7' })
      clock.advance(60_000)
      const app8 = { claim: 'client_id', value: 'app-8' }
      await revocation.revoke(scope === '*' ? { ...app8, issuer } : app8)
      const renewTo = (client_id: string) => ({ renew: (claims: IssueClaims) => ({ ...claims, client_id }) })
      const refused = { code: 'ERR_TOKEN_REVOKED', by: 'client_id' }
      await expect(tokens.rotate(refreshToken, renewTo('app-8'))).rejects.toMatchObject(refused)
      await tokens.verify((await tokens.rotate(refreshToken, renewTo('app-9'))).accessToken)
    },
  )

  test('is answered with 503 if the store fails for its claims, whatever the policy, and nothing is spent', async () => {
    const { tokens, store, clock } = sessionWorld({ revocation: { failPolicy: 'open' } })
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(60_000)
    // The first two look for the old token.
    store.fail('find', 3)
    const renew = (claims: IssueClaims) => ({ ...claims, role: 'admin' })
    await expect(tokens.rotate(refreshToken, { renew })).rejects.toMatchObject(unavailable)
    expect(store.size()).toBe(0)
    await tokens.rotate(refreshToken, { renew })
  })

  test('is not called for a token that cannot be spent', async () => {
    const { tokens, clock } = sessionWorld()
    const first = await tokens.issuePair(alice)
    clock.advance(10)
    const second = await tokens.rotate(first.refreshToken)
    await tokens.rotate(second.refreshToken)
    const renew = (): never => {
      throw new Error('called')
    }
    await expect(tokens.rotate(first.refreshToken, { renew })).rejects.toMatchObject(reused)
    await expect(tokens.rotate(second.refreshToken, { renew })).rejects.toMatchObject(sessionEnded)
  })
})
