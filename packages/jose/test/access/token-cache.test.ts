import fc from 'fast-check'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTVerifyGetKey } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import {
  createAccessTokens,
  createRevocableTokens,
  type RevocableTokens,
  type TokenCacheOptions,
} from '../../src/index.ts'
import { goodClaims, issuerOptions, signByHand, subject, tampered, world } from '../support/fixtures.ts'

/** Tokens under HS256 whose signatures are counted. */
function counted(cache: TokenCacheOptions) {
  const made = world({ tokens: { cache } })
  const verify = vi.spyOn(crypto.subtle, 'verify')
  return {
    ...made,
    signaturesOf: async (use: () => Promise<unknown>): Promise<number> => {
      verify.mockClear()
      await use().catch(() => undefined)
      return verify.mock.calls.length
    },
  }
}

describe('a token that was verified', () => {
  test('is not verified again within maxAge, and is from then on', async () => {
    const { tokens, clock, signaturesOf } = counted({ maxAge: '30s' })
    const token = await tokens.issue({ sub: subject })
    expect(await signaturesOf(() => tokens.verify(token))).toBe(1)
    clock.advance(29_999)
    for (const use of [tokens.verify, tokens.inspect]) expect(await signaturesOf(() => use(token))).toBe(0)
    clock.advance(1)
    expect(await signaturesOf(() => tokens.verify(token))).toBe(1)
    expect(await signaturesOf(() => tokens.verify(token))).toBe(0)
  })

  test('is verified again if the clock was set back', async () => {
    const { tokens, clock, signaturesOf } = counted({})
    const token = await tokens.issue({ sub: subject })
    await tokens.verify(token)
    clock.advance(-1)
    expect(await signaturesOf(() => tokens.verify(token))).toBe(1)
  })

  test('is refused from its exp on, and once it was revoked', async () => {
    const { tokens, clock } = counted({ maxAge: '1h' })
    const [expiring, revoked] = [await tokens.issue({ sub: 'a' }), await tokens.issue({ sub: 'b' }, { lifetime: '1h' })]
    for (const token of [expiring, revoked]) await tokens.verify(token)
    clock.advance(960_000)
    await expect(tokens.verify(expiring)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })
    await tokens.revoke(revoked)
    await expect(tokens.verify(revoked)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('hands out claims that no other caller has changed', async () => {
    const { tokens } = counted({})
    const token = await tokens.issue({ sub: subject, roles: ['user'] })
    for (let time = 0; time < 3; time += 1) {
      const { claims } = await tokens.verify(token)
      expect(claims['roles']).toEqual(['user'])
      ;(claims['roles'] as string[]).push('admin')
      claims.sub = 'mallory'
    }
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
  })
})

describe('nothing is kept of', () => {
  test('a token that was refused', async () => {
    const { tokens, clock, signaturesOf } = counted({})
    const early = await signByHand(goodClaims(clock.now(), { aud: 'https://other.example' }))
    const badly = tampered(await tokens.issue({ sub: subject }))
    for (const token of [early, badly])
      for (let time = 0; time < 2; time += 1) expect(await signaturesOf(() => tokens.verify(token))).toBe(1)
  })

  test('another encoding of the same token, which the revocation of the token reaches', async () => {
    const { tokens, signaturesOf } = counted({})
    const token = await tokens.issue({ sub: subject })
    await tokens.verify(token)
    expect(await signaturesOf(() => tokens.verify(`${token}=`))).toBe(1)
    await tokens.revoke(token)
    for (const encoded of [token, `${token}=`])
      await expect(tokens.verify(encoded)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('a token that is too long for the headers of most servers', async () => {
    const { tokens, signaturesOf } = counted({})
    const token = await tokens.issue({ sub: subject, note: 'x'.repeat(8_192) })
    await tokens.verify(token)
    expect(await signaturesOf(() => tokens.verify(token))).toBe(1)
  })
})

describe('maxEntries', () => {
  test.each([1, 2, 3, 10])('of %i bounds the cache, and what is used stays in it', async (maxEntries) => {
    const { tokens, signaturesOf } = counted({ maxEntries })
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.issue({ sub: subject })))
    const [used = ''] = all
    for (const token of all) {
      await tokens.verify(token)
      if (maxEntries > 1) expect(await signaturesOf(() => tokens.verify(used))).toBe(0)
    }
    let held = 0
    // The newest first: a hit keeps what it finds, a miss pushes something out.
    for (const token of all.toReversed()) {
      if ((await signaturesOf(() => tokens.verify(token))) > 0) break
      held += 1
    }
    expect(held).toBeGreaterThanOrEqual(1)
    expect(held).toBeLessThanOrEqual(maxEntries)
  })
})

test.each<readonly [title: string, cache: unknown, type: new () => Error]>([
  ['true', true, TypeError],
  ['an unknown option', { maxage: '1m' }, TypeError],
  ['no entries', { maxEntries: 0 }, RangeError],
  ['a fraction of an entry', { maxEntries: 1.5 }, RangeError],
  ['boundless entries', { maxEntries: Number.POSITIVE_INFINITY }, RangeError],
  ['no age', { maxAge: 0 }, RangeError],
  ['more than an hour', { maxAge: '61m' }, RangeError],
  ['an age that is no duration', { maxAge: 'long' }, TypeError],
])('a cache with %s throws at set-up', (_, cache, type) => {
  expect(() => world({ tokens: { cache: cache as TokenCacheOptions } })).toThrow(type)
})

const maxAgeMs = 45_000

type Action =
  | { readonly type: 'verify' | 'revoke'; readonly token: number }
  | { readonly type: 'advance'; readonly ms: number }
  | { readonly type: 'revokeSubject' }
  | { readonly type: 'withdraw' }
  | { readonly type: 'publish' }

const action: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant('verify' as const), token: fc.nat(7) }), weight: 12 },
  {
    arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.integer({ min: -2_000, max: 50_000 }) }),
    weight: 4,
  },
  { arbitrary: fc.record({ type: fc.constant('revoke' as const), token: fc.nat(7) }), weight: 1 },
  fc.constantFrom<Action>({ type: 'revokeSubject' }, { type: 'withdraw' }, { type: 'publish' }),
)

async function verdictOf(tokens: RevocableTokens, token: string): Promise<string> {
  try {
    return `accepted ${JSON.stringify((await tokens.verify(token)).claims)}`
  } catch (error) {
    const { code, problem, claim } = error as {
      readonly code: string
      readonly problem?: string
      readonly claim?: string
    }
    return [code, problem, claim].join(' ')
  }
}

test('with and without a cache, every verdict is equal, but for maxAge after a key was withdrawn', async () => {
  const pair = await generateKeyPair('EdDSA')
  const published = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one' }] })
  const empty = createLocalJWKSet({ keys: [] })
  const algorithms = ['EdDSA']
  const missing = 'ERR_INVALID_TOKEN ERR_JWKS_NO_MATCHING_KEY '

  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
      const { clock, revocation } = world()
      let keys: JWTVerifyGetKey = published
      let withdrawnAt = Number.NEGATIVE_INFINITY
      const publicKey: JWTVerifyGetKey = (header, token) => keys(header, token)
      const options = { ...issuerOptions(revocation, { algorithms }), keys: { publicKey } }
      const plain = createRevocableTokens(options)
      const cached = createRevocableTokens({ ...options, cache: { maxEntries: 6, maxAge: '45s' } })
      const issuer = createAccessTokens(issuerOptions(revocation, { algorithms, keys: { ...pair, keyId: 'one' } }))
      const iat = Math.floor(clock.now() / 1_000)
      const sign = (changes: object) =>
        signByHand(goodClaims(clock.now(), { jti: crypto.randomUUID(), ...changes }), pair.privateKey, {
          alg: 'EdDSA',
          kid: 'one',
        })
      const tokens = await Promise.all([
        issuer.issue({ sub: subject, sid: 'a' }),
        issuer.issue({ sub: subject, sid: 'b', roles: ['x', { y: null }] }),
        issuer.issue({ sub: 'other' }, { lifetime: '20s' }),
        sign({ nbf: iat + 100 }),
        sign({ exp: iat + 30 }),
        sign({ aud: 'https://other.example' }),
        sign({ sub: 7 }),
        sign({}).then(tampered),
      ])
      const tokenAt = (index: number): string => tokens[index] ?? ''

      for (const step of actions) {
        if (step.type === 'advance') clock.advance(step.ms)
        else if (step.type === 'revoke') await cached.revoke(tokenAt(step.token)).catch(() => undefined)
        else if (step.type === 'revokeSubject') await revocation.revoke({ subject })
        else if (step.type === 'publish') keys = published
        else if (step.type === 'withdraw') {
          if (keys === published) withdrawnAt = clock.now()
          keys = empty
        } else {
          const expected = await verdictOf(plain, tokenAt(step.token))
          const actual = await verdictOf(cached, tokenAt(step.token))
          const isStale = expected === missing && actual !== missing
          if (isStale) expect(Math.abs(clock.now() - withdrawnAt)).toBeLessThan(maxAgeMs)
          else expect(actual).toBe(expected)
        }
      }
    }),
    { numRuns: 60 },
  )
})
