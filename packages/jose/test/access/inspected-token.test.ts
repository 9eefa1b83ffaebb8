import { describe, expect, test } from 'vitest'
import { createTokenPairs, type InspectedToken } from '../../src/index.ts'
import { audience, goodClaims, issuerOptions, secret, signByHand, subject } from '../support/fixtures.ts'
import { alice, sessionWorld } from '../support/refresh-fixtures.ts'

const revoked = { code: 'ERR_TOKEN_REVOKED', status: 401 }

describe('an inspected token', () => {
  test('is verified, revoked and logged out without its signature being verified again', async () => {
    const { tokens, clock } = sessionWorld()
    const pair = await tokens.issuePair(alice)
    const inspected = await tokens.inspect(pair.accessToken)
    expect(await tokens.verify(inspected)).toEqual({ claims: inspected.claims, degraded: false })
    clock.advance(1_000)
    expect(await tokens.revoke(inspected)).toMatchObject({ changed: true })
    await expect(tokens.verify(inspected)).rejects.toMatchObject({ ...revoked, by: 'jti' })
    await tokens.endSession(await tokens.inspect(pair.refreshToken))
    await expect(tokens.verifyRefresh(pair.refreshToken)).rejects.toMatchObject({ ...revoked, by: 'sid' })
  })

  test('of a refresh token lets nobody in', async () => {
    const { tokens } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    const inspected = await tokens.inspect(refreshToken)
    await expect(tokens.verify(inspected)).rejects.toMatchObject({ problem: 'ERR_TOKEN_TYPE' })
  })

  test('is judged by the clock when it is verified, not when it was inspected', async () => {
    const { tokens, clock } = sessionWorld()
    const { accessToken } = await tokens.issuePair(alice)
    const inspected = await tokens.inspect(accessToken)
    clock.advance(86_400_000)
    expect(inspected.expired).toBe(false)
    await expect(tokens.verify(inspected)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })
  })

  test('of other tokens is refused with a TypeError, though they share a store', async () => {
    const { tokens, revocation, store } = sessionWorld()
    const keys = { secret: secret.toReversed() }
    const others = createTokenPairs({ ...issuerOptions(revocation, { keys }), refresh: { lifetime: '1h' } })
    const inspected = await others.inspect(await others.issue({ sub: 'mallory', sid: 'a' }))
    store.calls.length = 0
    for (const use of [tokens.verify, tokens.redeem, tokens.revoke, tokens.endSession]) {
      const error = await use(inspected).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(TypeError)
      expect(error).not.toHaveProperty('status')
    }
    expect(store.calls).toEqual([])
  })

  test.each<readonly [title: string, copy: (inspected: InspectedToken) => unknown]>([
    ['a spread', (inspected) => ({ ...inspected })],
    ['a clone', (inspected) => structuredClone(inspected)],
    ['JSON', (inspected) => JSON.parse(JSON.stringify(inspected))],
    ['an object of its prototype', (inspected) => Object.create(inspected)],
    ['a proxy', (inspected) => new Proxy(inspected, {})],
  ])('is not faked by %s', async (_, copy) => {
    const { tokens, store } = sessionWorld()
    const { accessToken } = await tokens.issuePair(alice)
    const fake = copy(await tokens.inspect(accessToken)) as InspectedToken
    store.calls.length = 0
    for (const use of [tokens.verify, tokens.redeem, tokens.revoke, tokens.endSession])
      await expect(use(fake)).rejects.toThrow()
    expect(store.calls).toEqual([])
  })

  test('cannot be changed, so that it is verified as it was signed', async () => {
    const { tokens } = sessionWorld()
    const token = await tokens.issue({ ...alice, act: { sub: 'support' } })
    await tokens.revoke(token)
    const inspected: object = await tokens.inspect(token)
    const { claims } = await tokens.inspect(token)
    for (const [object, name] of [
      [inspected, 'type'],
      [inspected, 'claims'],
      [claims, 'jti'],
      [claims['act'] as object, 'sub'],
    ] as const)
      expect(() => Object.assign(object, { [name]: 'other' })).toThrow(TypeError)
    await expect(tokens.verify(inspected as InspectedToken)).rejects.toMatchObject({ by: 'jti' })
  })
})

describe('a token that is not valid yet', () => {
  test('is inspected and revoked, and lets nobody in, then or later', async () => {
    const { tokens, clock } = sessionWorld()
    const iat = Math.floor(clock.now() / 1_000)
    const token = await signByHand(goodClaims(clock.now(), { nbf: iat + 600 }))
    expect(await tokens.inspect(token)).toMatchObject({ expired: false, notYetValid: true })
    await expect(tokens.verify(token)).rejects.toMatchObject({ claim: 'nbf' })
    expect(await tokens.revoke(token)).toMatchObject({ changed: true })
    clock.advance(600_000)
    expect(await tokens.inspect(token)).toMatchObject({ notYetValid: false })
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
  })

  test('of a session ends the session', async () => {
    const { tokens, clock } = sessionWorld()
    const iat = Math.floor(clock.now() / 1_000)
    const token = await signByHand(goodClaims(clock.now(), { nbf: iat + 600, sid: 'a' }))
    expect(await tokens.endSession(token)).toMatchObject({ changed: true })
  })

  test('is not rotated', async () => {
    const { tokens, clock } = sessionWorld()
    const nbf = Math.floor(clock.now() / 1_000) + 600
    const { refreshToken } = await tokens.issuePair({ ...alice, nbf })
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ claim: 'nbf' })
    await expect(tokens.verifyRefresh(refreshToken)).rejects.toMatchObject({ claim: 'nbf' })
  })
})

test('a token of the issuer that is no business of ours is told from one that nobody signed', async () => {
  const { tokens, clock, store } = sessionWorld()
  const other = await signByHand(goodClaims(clock.now(), { aud: 'https://other.example' }))
  const idToken = await signByHand(goodClaims(clock.now(), { nonce: 'n' }), undefined, { alg: 'HS256', typ: 'JWT' })
  const forged = await signByHand(goodClaims(clock.now(), { aud: 'https://other.example' }), secret.toReversed())
  for (const use of [tokens.inspect, tokens.revoke, tokens.endSession]) {
    await expect(use(other)).rejects.toMatchObject({ problem: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'aud' })
    await expect(use(idToken)).rejects.toMatchObject({ problem: 'ERR_TOKEN_TYPE' })
    await expect(use(forged)).rejects.toMatchObject({ problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  }
  expect(store.calls).toEqual([])
})

describe('several audiences', () => {
  const others = ['https://admin.example', 'https://files.example'] as const

  test('are stamped into both tokens of a login, and any one of them is enough', async () => {
    const { tokens, revocation } = sessionWorld({ tokens: { audience: [audience, ...others] } })
    const token = await tokens.issue({ sub: subject })
    const { accessToken } = await tokens.issuePair(alice)
    for (const one of [audience, ...others]) {
      const single = createTokenPairs({ ...issuerOptions(revocation, { audience: one }), refresh: { lifetime: '1h' } })
      for (const issued of [token, accessToken])
        expect((await single.verify(issued)).claims.aud).toEqual([audience, ...others])
      await tokens.verify(await single.issue({ sub: subject }))
    }
  })

  test('refuse a token for none of them', async () => {
    const { tokens, clock } = sessionWorld({ tokens: { audience: others } })
    await expect(tokens.verify(await signByHand(goodClaims(clock.now())))).rejects.toMatchObject({ claim: 'aud' })
  })
})
