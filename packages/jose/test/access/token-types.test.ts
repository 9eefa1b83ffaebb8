import { generateKeyPairSync } from 'node:crypto'
import { UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { TokenPairs } from '../../src/index.ts'
import { audience, goodClaims, issuer, partsOf, signByHand, subject } from '../support/fixtures.ts'
import { alice, type SessionWorld, sessionWorld } from '../support/refresh-fixtures.ts'

const invalid = { code: 'ERR_INVALID_TOKEN', status: 401, statusCode: 401 }
const wrongType = { ...invalid, problem: 'ERR_TOKEN_TYPE' }

/** Whatever takes a token. */
const takers: readonly (readonly [name: string, take: (tokens: TokenPairs, token: string) => Promise<unknown>])[] = [
  ['verify', (tokens, token) => tokens.verify(token)],
  ['redeem', (tokens, token) => tokens.redeem(token)],
  ['rotate', (tokens, token) => tokens.rotate(token)],
  ['verifyRefresh', (tokens, token) => tokens.verifyRefresh(token)],
  ['revoke', (tokens, token) => tokens.revoke(token)],
  ['endSession', (tokens, token) => tokens.endSession(token)],
  ['inspect', (tokens, token) => tokens.inspect(token)],
]

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function typed({ clock }: SessionWorld, typ: unknown, changes: object = {}): Promise<string> {
  const header = { alg: 'HS256', typ: typ as string | undefined }
  return signByHand(
    goodClaims(clock.now(), { sid: 'laptop', fam: { id: 'family', generation: 1 }, ...changes }),
    undefined,
    header,
  )
}

describe.each([
  ['an audience of its own', {}],
  ['the issuer as the audience', { audience: issuer }],
])('with %s', (_, tokenOptions) => {
  test('a refresh token lets nobody in', async () => {
    const { tokens, store } = sessionWorld({ tokens: tokenOptions })
    const { refreshToken } = await tokens.issuePair(alice)
    await expect(tokens.verify(refreshToken)).rejects.toMatchObject(invalid)
    await expect(tokens.redeem(refreshToken)).rejects.toMatchObject(invalid)
    expect(store.size()).toBe(0)
    await tokens.verifyRefresh(refreshToken)
  })

  test('an access token is no refresh token', async () => {
    const { tokens, store } = sessionWorld({ tokens: tokenOptions })
    const { accessToken } = await tokens.issuePair(alice)
    for (const token of [accessToken, await tokens.issue({ ...alice, sid: 'laptop' })]) {
      await expect(tokens.rotate(token)).rejects.toMatchObject(invalid)
      await expect(tokens.verifyRefresh(token)).rejects.toMatchObject(invalid)
      await tokens.verify(token)
    }
    expect(store.size()).toBe(0)
  })

  test('an expired one neither', async () => {
    const { tokens, clock, store } = sessionWorld({ tokens: tokenOptions })
    const { accessToken, refreshToken } = await tokens.issuePair(alice)
    clock.advance(10 * 86_400_000)
    await expect(tokens.verify(refreshToken)).rejects.toMatchObject(invalid)
    await expect(tokens.rotate(accessToken)).rejects.toMatchObject(invalid)
    expect(store.size()).toBe(0)
  })

  test('each takes the other for what it is when it logs out', async () => {
    const { tokens } = sessionWorld({ tokens: tokenOptions })
    const { accessToken, refreshToken } = await tokens.issuePair(alice)
    expect(await tokens.inspect(accessToken)).toMatchObject({ type: 'access' })
    expect(await tokens.inspect(refreshToken)).toMatchObject({ type: 'refresh' })
  })
})

test('a refresh token keeps its type if typ and audience are at odds', async () => {
  const world = sessionWorld()
  for (const token of [
    await typed(world, 'rt+jwt', { aud: audience }),
    await typed(world, 'JWT', { aud: issuer }),
    await typed(world, undefined, { aud: issuer }),
  ]) {
    for (const [, take] of takers) await expect(take(world.tokens, token)).rejects.toMatchObject(invalid)
  }
  expect(world.store.calls).toEqual([])
})

describe('verify', () => {
  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+jwt'])('accepts the typ %s', async (typ) => {
    const world = sessionWorld()
    expect((await world.tokens.verify(await typed(world, typ))).claims.sub).toBe(subject)
  })

  test.each([undefined, 'JWT', 'jwt', 'Jwt', 'application/jwt'])(
    'accepts the typ %s only with acceptUntyped, which the error names',
    async (typ) => {
      const strict = sessionWorld()
      await expect(strict.tokens.verify(await typed(strict, typ))).rejects.toMatchObject({
        ...wrongType,
        claim: 'typ',
        message: expect.stringContaining('acceptUntyped'),
      })
      const world = sessionWorld({ tokens: { acceptUntyped: true } })
      expect((await world.tokens.verify(await typed(world, typ, { scope: 'read' }))).claims.sub).toBe(subject)
    },
  )

  test.each(['rt+jwt', 'RT+JWT', 'application/rt+jwt'])('refuses the typ %s, which rotate takes', async (typ) => {
    const world = sessionWorld()
    for (const aud of [audience, issuer, [audience, issuer]]) {
      await expect(world.tokens.verify(await typed(world, typ, { aud }))).rejects.toMatchObject(invalid)
    }
    await world.tokens.rotate(await typed(world, typ, { aud: issuer, iat: Math.floor(world.clock.now() / 1_000) - 60 }))
  })
})

const foreign = [
  'logout+jwt',
  'dpop+jwt',
  'secevent+jwt',
  'token-introspection+jwt',
  'JOSE',
  '',
  ' jwt',
  'application/',
  'application/application/jwt',
  'text/at+jwt',
  'access',
  'refresh',
  'constructor',
  '__proto__',
  'toString',
]

describe.each(foreign)('the typ %j', (typ) => {
  test('is refused by all, expired or not, for either audience', async () => {
    const world = sessionWorld()
    for (const changes of [
      {},
      { exp: 1_000_000_000, iat: 999_999_000 },
      { aud: issuer },
      { aud: [issuer, audience] },
    ]) {
      const token = await typed(world, typ, changes)
      for (const [, take] of takers) await expect(take(world.tokens, token)).rejects.toMatchObject(invalid)
    }
    expect(world.store.calls).toEqual([])
  })
})

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })

describe.each(takers)('%s', (_, take) => {
  const noText = [7, null, true, ['JWT'], { typ: 'JWT' }]

  test('refuses a typ that is no text, of a token that nobody signed', async () => {
    const world = sessionWorld()
    const { payload, signature } = partsOf(await typed(world, 'JWT'))
    for (const typ of noText) {
      const token = `${encoded({ alg: 'HS256', typ })}.${payload}.${signature}`
      await expect(take(world.tokens, token)).rejects.toMatchObject(invalid)
    }
  })

  test('refuses a typ that is no text, of a token of our key', async () => {
    const world = sessionWorld()
    for (const typ of noText) {
      for (const aud of [audience, issuer]) {
        await expect(take(world.tokens, await typed(world, typ, { aud }))).rejects.toMatchObject(invalid)
      }
    }
  })

  test.each(['', 'a', 'a.b', 'a.b.c', '..', '....', 'e30.e30.e30', '\ud800', 'eyJ0eXAiOiJydCtqd3QifQ..'])(
    'refuses what is no token: %j',
    async (text) => {
      const { tokens } = sessionWorld()
      await expect(take(tokens, text)).rejects.toMatchObject(invalid)
    },
  )

  test.each([[undefined], [null], [7], [{}]])('refuses what is no text: %j', async (nothing) => {
    const { tokens } = sessionWorld()
    await expect(take(tokens, nothing as unknown as string)).rejects.toMatchObject(invalid)
  })

  test('refuses another algorithm, no signature, and the public key as a secret', async () => {
    const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))
    const rs256 = sessionWorld({ tokens: { algorithms: ['RS256'], keys: { publicKey, privateKey } } })
    const hs256 = sessionWorld()
    for (const [typ, aud] of [
      ['JWT', audience],
      ['rt+jwt', issuer],
    ] as const) {
      const claims = goodClaims(rs256.clock.now(), { sid: 'laptop', fam: { id: 'family', generation: 1 }, aud })
      const expired = { ...claims, iat: 999_999_000, exp: 1_000_000_000 }
      for (const payload of [claims, expired]) {
        const forged = await signByHand(payload, new Uint8Array(pem), { alg: 'HS256', typ })
        await expect(take(rs256.tokens, forged)).rejects.toMatchObject(invalid)
        await expect(
          take(hs256.tokens, await signByHand(payload, undefined, { alg: 'HS512', typ })),
        ).rejects.toMatchObject(invalid)
        await expect(take(hs256.tokens, new UnsecuredJWT(payload).encode())).rejects.toMatchObject(invalid)
        await expect(take(hs256.tokens, `${encoded({ alg: 'none', typ })}.${encoded(payload)}.`)).rejects.toMatchObject(
          invalid,
        )
        const { signature } = partsOf(forged)
        await expect(
          take(hs256.tokens, `${encoded({ alg: 'HS256', typ })}.${encoded(payload)}.${signature}`),
        ).rejects.toMatchObject(invalid)
      }
    }
    expect([...rs256.store.calls, ...hs256.store.calls]).toEqual([])
  })
})

test('the wrong type is named, so that a client that mixed up its tokens can tell', async () => {
  const { tokens } = sessionWorld({ tokens: { audience: issuer } })
  const { accessToken, refreshToken } = await tokens.issuePair(alice)
  await expect(tokens.verify(refreshToken)).rejects.toMatchObject(wrongType)
  await expect(tokens.rotate(accessToken)).rejects.toMatchObject(wrongType)
})
