import { decodeJwt, decodeProtectedHeader, generateKeyPair, type JWTPayload } from 'jose'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { type AccessTokens, createAccessTokens, type IssueClaims } from '../../src/index.ts'
import { audience, issuer, issuerOptions, rejectionOf, subject, world } from '../support/fixtures.ts'

const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

async function issued(tokens: AccessTokens, claims: IssueClaims = { sub: subject }): Promise<JWTPayload> {
  return (await tokens.verify(await tokens.issue(claims))).claims
}

describe('issue stamps', () => {
  test('iss, aud, iat in whole seconds, and exp fifteen minutes later', async () => {
    const { tokens, clock } = world()
    const iat = Math.floor(clock.now() / 1_000)
    expect(await issued(tokens)).toEqual({
      iss: issuer,
      aud: audience,
      sub: subject,
      iat,
      exp: iat + 900,
      jti: expect.stringMatching(uuid4),
    })
  })

  test('a jti of 122 random bits that never comes twice', async () => {
    const { tokens } = world()
    const claims = await Promise.all(Array.from({ length: 500 }, () => issued(tokens)))
    expect(claims.filter(({ jti }) => jti !== undefined && uuid4.test(jti))).toHaveLength(500)
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(500)
  })

  test('typ at+jwt (RFC 9068) and the algorithm into the header, no kid without keyId', async () => {
    const { tokens } = world()
    expect(decodeProtectedHeader(await tokens.issue({ sub: subject }))).toEqual({ alg: 'HS256', typ: 'at+jwt' })
  })

  test('keyId as kid', async () => {
    const keys = { ...(await generateKeyPair('ES256')), keyId: '2026-01' }
    const { tokens } = world({ tokens: { algorithms: ['ES256'], keys } })
    const header = decodeProtectedHeader(await tokens.issue({ sub: subject }))
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: '2026-01' })
  })

  test('the claims of the caller as they are', async () => {
    const { tokens } = world()
    const claims = { sub: subject, sid: 'laptop', scope: 'read', roles: ['a', 'b'], deep: { er: 1 } }
    expect(await issued(tokens, claims)).toMatchObject(claims)
  })

  test('nothing into the claims of the caller', async () => {
    const { tokens } = world()
    await expect(tokens.issue(Object.freeze({ sub: subject }))).resolves.toEqual(expect.any(String))
  })

  test('nothing into the store', async () => {
    const { tokens, store } = world()
    await tokens.issue({ sub: subject })
    expect(store.calls).toEqual(['find'])
    expect(store.size()).toBe(0)
  })
})

describe('issue refuses', () => {
  test.each([
    ['jti', 'mine'],
    ['iat', 0],
    ['exp', 99_999_999_999],
    ['iss', issuer],
    ['aud', audience],
    ['exp', undefined],
  ])('the claim %s, which it stamps itself: %j', async (name, value) => {
    const { tokens, store } = world()
    await expect(tokens.issue({ sub: subject, [name]: value })).rejects.toThrow(TypeError)
    expect(store.calls).toEqual([])
  })

  test.each([
    ['sub', ''],
    ['sub', 7],
    ['sub', null],
    ['sub', ['a']],
    ['sub', 'x'.repeat(1_025)],
    ['sub', '\ud800'],
    ['sid', ''],
    ['sid', 7],
    ['sid', null],
  ])('the claim %s if no revocation could name it: %j', async (name, value) => {
    const { tokens, store } = world()
    const error = await rejectionOf(tokens.issue({ sub: subject, [name]: value }))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).not.toHaveProperty('status')
    expect(String(error)).toContain(`The claim ${name}`)
    expect(store.calls).toEqual([])
  })

  test.each(['sub', 'sid'])('an inherited %s, which would not be in the token', async (name) => {
    const { tokens, store } = world()
    const claims = Object.assign(Object.create({ [name]: subject }), name === 'sid' && { sub: subject })
    await expect(tokens.issue(claims)).rejects.toThrow(/must be an own property/)
    expect(store.calls).toEqual([])
  })

  test('a configured claim that is no string', async () => {
    const { tokens } = world({ revocation: { claims: ['client_id'] } })
    await expect(tokens.issue({ sub: subject, client_id: 7 })).rejects.toThrow(TypeError)
  })

  test('a claim set without sub at compile time', () => {
    expectTypeOf<{ readonly sid: string }>().not.toExtend<IssueClaims>()
  })
})

describe('the lifetime', () => {
  test.each([
    ['1s', 1],
    [30, 30],
    ['1h', 3_600],
    ['60000ms', 60],
    ['24h', 86_400],
  ] as const)('of %j is exp - iat, up to maxTokenLifetime', async (lifetime, seconds) => {
    const { tokens } = world({ tokens: { lifetime } })
    const { iat = 0, exp = 0 } = await issued(tokens)
    expect(exp - iat).toBe(seconds)
  })

  test.each([
    ['above maxTokenLifetime', '86401s'],
    ['of a fraction of a second', '1500ms'],
    ['of a fraction of a second', 0.5],
    ['of less than a second', '999ms'],
    ['of nothing', 0],
    ['below nothing', -60],
    ['without end', Infinity],
    ['of NaN', Number.NaN],
  ] as const)('%s is refused at creation: %j', (_, lifetime) => {
    const { revocation } = world()
    expect(() => createAccessTokens(issuerOptions(revocation, { lifetime }))).toThrow(RangeError)
  })

  test('by default is refused if maxTokenLifetime is shorter', () => {
    expect(() => world({ revocation: { maxTokenLifetime: '5m' } })).toThrow(RangeError)
  })

  test('in words is refused at creation', () => {
    const { revocation } = world()
    const lifetime = '15 minutes' as unknown as '15m'
    expect(() => createAccessTokens(issuerOptions(revocation, { lifetime }))).toThrow(TypeError)
  })
})

describe('a lifetime for one token', () => {
  test('takes the place of the lifetime of the tokens, up to maxTokenLifetime', async () => {
    const { tokens } = world({ tokens: { lifetime: '5m' } })
    for (const [lifetime, seconds] of [
      ['10s', 10],
      [60, 60],
      ['24h', 86_400],
      [undefined, 300],
    ] as const) {
      const { iat = 0, exp = 0 } = decodeJwt(
        await tokens.issue({ sub: subject }, lifetime === undefined ? {} : { lifetime }),
      )
      expect(exp - iat).toBe(seconds)
    }
  })

  test.each([
    ['longer than maxTokenLifetime', '25h', RangeError],
    ['no whole seconds', '1500ms', RangeError],
    ['zero', 0, RangeError],
    ['no duration', 'soon', TypeError],
  ])('that is %s is refused', async (_, lifetime, type) => {
    const { tokens } = world()
    await expect(tokens.issue({ sub: subject }, { lifetime: lifetime as '25h' })).rejects.toThrow(type)
  })

  test('under a misspelt name is refused', async () => {
    const { tokens } = world()
    await expect(tokens.issue({ sub: subject }, { lifetme: '10s' } as object)).rejects.toThrow(/lifetme/)
  })
})
