import { describe, expect, test } from 'vitest'
import { createRevocableTokens, type RevocableTokenOptions } from '../../src/index.ts'
import { goodClaims, issuerOptions, signByHand, subject, world } from '../support/fixtures.ts'

describe('verify', () => {
  test('answers the payload, and asks the store once', async () => {
    const { tokens, store } = world()
    const token = await tokens.issue({ sub: subject, sid: 'laptop', scope: 'read' })
    store.calls.length = 0
    const { claims, degraded } = await tokens.verify(token)
    expect(claims).toMatchObject({ sub: subject, sid: 'laptop', scope: 'read' })
    expect(degraded).toBe(false)
    expect(store.calls).toEqual(['find'])
  })

  test.each([
    ['its session', { session: 'laptop' }, 'sid'],
    ['its subject', { subject }, 'sub'],
    ['everything', { everything: true }, 'all'],
    ['its client', { claim: 'client_id', value: 'app-7' }, 'client_id'],
  ] as const)('refuses a token once %s was revoked', async (_, target, by) => {
    const { tokens, revocation } = world({ revocation: { claims: ['client_id'] } })
    const token = await tokens.issue({ sub: subject, sid: 'laptop', client_id: 'app-7' })
    await revocation.revoke(target, { reason: 'stolen' })
    await expect(tokens.verify(token)).rejects.toMatchObject({
      name: 'TokenRevokedError',
      code: 'ERR_TOKEN_REVOKED',
      status: 401,
      statusCode: 401,
      by,
      reason: 'stolen',
    })
  })

  test('lets other sessions and other subjects pass', async () => {
    const { tokens, revocation } = world()
    const phone = await tokens.issue({ sub: subject, sid: 'phone' })
    const bob = await tokens.issue({ sub: 'bob', sid: 'desktop' })
    await revocation.revoke({ session: 'laptop' })
    await revocation.revoke({ subject: 'alice' })
    expect((await tokens.verify(phone)).claims.sub).toBe(subject)
    expect((await tokens.verify(bob)).claims.sub).toBe('bob')
  })

  test('refuses a token that outlives what the revocation keeps', async () => {
    const { tokens, clock, store } = world({ revocation: { maxTokenLifetime: '15m' } })
    const tooLong = goodClaims(clock.now())
    const token = await signByHand({ ...tooLong, exp: (tooLong.iat ?? 0) + 901 })
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_LIFETIME', status: 401 })
    expect(store.calls).toEqual([])
  })

  test('refuses a token with a subject that no revocation could name', async () => {
    const { tokens, clock, store } = world()
    const token = await signByHand(goodClaims(clock.now(), { sub: 7 as unknown as string }))
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_CLAIMS', claim: 'sub', status: 401 })
    expect(store.calls).toEqual([])
  })
})

describe('while the store is down', () => {
  test('verify refuses with 503 if the policy is closed, which is the default', async () => {
    const { tokens, store } = world()
    const token = await tokens.issue({ sub: subject })
    store.goDown()
    await expect(tokens.verify(token)).rejects.toMatchObject({
      name: 'RevocationUnavailableError',
      code: 'ERR_REVOCATION_UNAVAILABLE',
      status: 503,
      statusCode: 503,
    })
    store.comeBack()
    expect((await tokens.verify(token)).degraded).toBe(false)
  })

  test('verify lets a token pass as degraded if the policy is open, revoked or not', async () => {
    const { tokens, store } = world({ revocation: { failPolicy: 'open' } })
    const token = await tokens.issue({ sub: subject })
    await tokens.revoke(token)
    store.goDown()
    expect(await tokens.verify(token)).toMatchObject({ claims: { sub: subject }, degraded: true })
    store.comeBack()
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('verify asks a policy that is a function, with the claims', async () => {
    const { tokens, store } = world({
      revocation: { failPolicy: (_, { sub }) => (sub === subject ? 'open' : 'closed') },
    })
    const [open, closed] = [await tokens.issue({ sub: subject }), await tokens.issue({ sub: 'bob' })]
    store.goDown()
    expect((await tokens.verify(open)).degraded).toBe(true)
    await expect(tokens.verify(closed)).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  })

  test('an open policy opens nothing to a token that is not valid', async () => {
    const { tokens, store, clock } = world({ revocation: { failPolicy: 'open' } })
    store.goDown()
    const expired = await signByHand(goodClaims(clock.now() - 86_400_000))
    await expect(tokens.verify(expired)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
  })
})

describe('createRevocableTokens refuses', () => {
  const wrong: readonly (readonly [title: string, changes: Readonly<Record<string, unknown>>])[] = [
    ['an empty issuer', { issuer: '' }],
    ['a missing issuer', { issuer: undefined }],
    ['an issuer that is no string', { issuer: new URL('https://login.example') }],
    ['an empty audience', { audience: '' }],
    ['a missing audience', { audience: undefined }],
    ['no audience in a list', { audience: [] }],
    ['an empty one of several audiences', { audience: ['https://api.example', ''] }],
    ['missing keys', { keys: undefined }],
    ['empty keys', { keys: {} }],
    ['missing algorithms', { algorithms: undefined }],
    ['empty algorithms', { algorithms: [] }],
    ['algorithms as one string', { algorithms: 'HS256' }],
  ]
  test.each(wrong)('%s', (_, changes) => {
    const { revocation } = world()
    const options = { ...issuerOptions(revocation), ...changes } as unknown as RevocableTokenOptions
    expect(() => createRevocableTokens(options)).toThrow(TypeError)
  })
})
