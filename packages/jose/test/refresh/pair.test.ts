import { decodeProtectedHeader, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokenPairs, type IssueClaims, type TokenPairOptions } from '../../src/index.ts'
import { audience, issuer, issuerOptions, subject, world } from '../support/fixtures.ts'
import { alice, claimsOf, familyOf, sessionWorld, unavailable } from '../support/refresh-fixtures.ts'

const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('issuePair', () => {
  test('stamps the same session and claims into both tokens, and each for its own audience and lifetime', async () => {
    const { tokens, clock } = sessionWorld({ refresh: { lifetime: '8h' } })
    const pair = await tokens.issuePair({ ...alice, roles: ['a', 'b'] })
    const iat = Math.floor(clock.now() / 1_000)
    const both = {
      iss: issuer,
      ...alice,
      roles: ['a', 'b'],
      sid: pair.sid,
      iat,
      session_at: iat,
      jti: expect.stringMatching(uuid4),
    }
    expect(claimsOf(pair)).toEqual({
      access: { ...both, aud: audience, exp: iat + 900 },
      refresh: {
        ...both,
        aud: issuer,
        exp: iat + 8 * 3_600,
        fam: { id: expect.stringMatching(uuid4), generation: 1 },
      },
    })
    expect(pair.sid).toMatch(uuid4)
    const typs = [pair.accessToken, pair.refreshToken].map((token) => decodeProtectedHeader(token).typ)
    expect(typs).toEqual(['at+jwt', 'rt+jwt'])
  })

  test('keeps a session that is given', async () => {
    const { tokens } = sessionWorld()
    const pair = await tokens.issuePair({ ...alice, sid: 'laptop' })
    expect(pair.sid).toBe('laptop')
    expect(claimsOf(pair)).toMatchObject({ access: { sid: 'laptop' }, refresh: { sid: 'laptop' } })
  })

  test('begins a session, a family and tokens of its own each time', async () => {
    const { tokens } = sessionWorld()
    const pairs = await Promise.all(Array.from({ length: 50 }, () => tokens.issuePair(alice)))
    const ids = pairs.flatMap((pair) => {
      const { access, refresh } = claimsOf(pair)
      return [pair.sid, access.jti, refresh.jti, familyOf(refresh).id]
    })
    expect(new Set(ids).size).toBe(200)
  })

  test('writes nothing into the store, nor into the claims', async () => {
    const { tokens, store } = sessionWorld()
    await tokens.issuePair(Object.freeze({ ...alice }))
    expect(store.calls).toEqual(['find'])
  })

  test('is never born revoked: within the second of a revocation both tokens carry the exact instant', async () => {
    const { tokens, revocation, clock } = sessionWorld()
    await revocation.revoke({ subject })
    clock.advance(1)
    const pair = await tokens.issuePair(alice)
    const second = Math.floor(clock.now() / 1_000)
    expect(claimsOf(pair)).toMatchObject({
      access: { iat: clock.now() / 1_000, exp: second + 900 },
      refresh: { iat: clock.now() / 1_000, exp: second + 86_400 },
    })
    await tokens.verify(pair.accessToken)
    await tokens.verifyRefresh(pair.refreshToken)
    clock.advance(10)
    await tokens.rotate(pair.refreshToken)
  })

  test('rejects into a session that was revoked', async () => {
    const { tokens, revocation } = sessionWorld()
    await revocation.revoke({ session: 'laptop' })
    await expect(tokens.issuePair({ ...alice, sid: 'laptop' })).rejects.toMatchObject({
      code: 'ERR_TOKEN_REVOKED',
      by: 'sid',
    })
  })

  test('rejects with 503 while the store is away', async () => {
    const { tokens, store } = sessionWorld()
    store.fail('find', 1)
    await expect(tokens.issuePair(alice)).rejects.toMatchObject(unavailable)
  })

  test.each(['jti', 'iat', 'exp', 'iss', 'aud', 'fam'])(
    'refuses the claim %s, which it stamps itself',
    async (name) => {
      const { tokens, store } = sessionWorld()
      const claims = { ...alice, [name]: 'mine' } as unknown as IssueClaims
      await expect(tokens.issuePair(claims)).rejects.toThrow(TypeError)
      await expect(tokens.issue(claims)).rejects.toThrow(TypeError)
      expect(store.calls).toEqual([])
    },
  )

  test.each([
    ['sub', undefined],
    ['sub', ''],
    ['sub', 7],
    ['sid', ''],
    ['sid', 7],
    ['client_id', 7],
  ])('refuses the claim %s if no revocation could name it: %j', async (claim, value) => {
    const { tokens } = sessionWorld({ revocation: { claims: ['client_id'] } })
    const claims = { ...alice, [claim]: value } as unknown as IssueClaims
    await expect(tokens.issuePair(claims)).rejects.toThrow(`The claim ${claim}`)
  })
})

describe('createTokenPairs refuses refresh', () => {
  const create = (refresh: unknown) => () => sessionWorld({ refresh: refresh as { lifetime: '1h' } })

  test.each([
    ['a lifetime above maxTokenLifetime', { lifetime: '86401s' }],
    ['a lifetime of a fraction of a second', { lifetime: '1500ms' }],
    ['a lifetime of nothing', { lifetime: 0 }],
    ['a lifetime below nothing', { lifetime: -60 }],
    ['a lifetime without end', { lifetime: Infinity }],
    ['a grace below nothing', { grace: -1 }],
    ['a grace below nothing, in words', { grace: '-1s' }],
    ['a grace without end', { grace: Infinity }],
    ['a grace in milliseconds', { grace: 30_000 }],
    ['a grace of NaN', { grace: Number.NaN }],
  ])('with %s', (_, refresh) => {
    expect(create(refresh)).toThrow(RangeError)
  })

  test.each([
    ['without a lifetime', { lifetime: undefined }],
    ['with a lifetime in words', { lifetime: '30 days' }],
    ['with a grace in words', { grace: '5 seconds' }],
    ['with a grace that is a switch', { grace: true }],
  ])('%s', (_, refresh) => {
    expect(create(refresh)).toThrow(TypeError)
  })

  test('with a public key alone', async () => {
    const { revocation } = world()
    const { publicKey } = await generateKeyPair('EdDSA')
    const options = issuerOptions(revocation, { algorithms: ['EdDSA'] })
    const forPublicKey = { ...options, keys: { publicKey }, refresh: { lifetime: '1h' } }
    expect(() => createTokenPairs(forPublicKey as unknown as TokenPairOptions)).toThrow(TypeError)
  })
})
