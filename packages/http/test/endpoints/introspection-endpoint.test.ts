import { createRevocation } from '@revoked/core'
import { introspectionEndpoint, type MayInspect } from '@revoked/http/oauth'
import { createTokenPairs } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'
import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import {
  authenticateClient,
  basic,
  createOAuthWorld,
  expectRefusal,
  outages,
  post,
  retryLater,
  session,
  subject,
} from '../support/oauth-setup.ts'

const world = createOAuthWorld()
const { tokens } = world
const endpoint = introspectionEndpoint({ tokens, authenticateClient })

/** Takes tokens of the issuer whatever their audience. */
const ofAnyAudience = introspectionEndpoint({
  tokens: { inspect: inspectLeniently, verify: async () => undefined },
  authenticateClient,
})

const headers = { 'Cache-Control': 'no-store' }
const inactive = { status: 200, headers, body: { active: false } }

afterEach(() => world.comeBack())

describe('of an active token, tells the claims', () => {
  test('and the type Bearer of an access token', async () => {
    const token = await tokens.issue({ sub: subject, sid: session, scope: 'read', client_id: 'web' })
    const { claims } = await tokens.verify(token)
    expect(claims).toMatchObject({ sub: subject, scope: 'read', client_id: 'web' })
    expect(await post(endpoint, { token })).toEqual({
      status: 200,
      headers,
      body: { ...claims, active: true, token_type: 'Bearer' },
    })
  })

  test('and another type of a refresh token, without spending it', async () => {
    const { refreshToken } = await tokens.issuePair({ sub: subject, client_id: 'web' })
    const { claims } = await tokens.verifyRefresh(refreshToken)
    const { fam, ...disclosed } = claims
    expect(fam).toBeDefined()
    const body = { ...disclosed, active: true, token_type: 'refresh_token' }
    for (const _ of [1, 2])
      expect(await post(endpoint, { token: refreshToken })).toEqual({ status: 200, headers, body })
    await tokens.rotate(refreshToken)
  })

  test('which cannot pass for what the endpoint says itself', async () => {
    const token = await tokens.issue({ sub: subject, client_id: 'web', active: false, token_type: 'mac' })
    expect(await post(endpoint, { token })).toMatchObject({ body: { active: true, token_type: 'Bearer' } })
    const revoked = await tokens.issue({ sub: subject, client_id: 'web', active: true })
    await tokens.revoke(revoked)
    expect(await post(endpoint, { token: revoked })).toEqual(inactive)
  })

  test.each(['access_token', 'refresh_token', 'other'])('whatever the hint says: %s', async (hint) => {
    const token = await tokens.issue({ sub: subject, client_id: 'web' })
    expect(await post(endpoint, { token, token_type_hint: hint })).toMatchObject({ body: { active: true } })
  })
})

describe('by default, a client sees', () => {
  test.each<readonly [what: string, claims: Readonly<Record<string, unknown>>]>([
    ['what was issued to it, by client_id', { client_id: 'web' }],
    ['what was issued to it, by azp', { azp: 'web' }],
    ['what is for it alone', { aud: 'web' }],
    ['what is for it, too', { aud: ['https://api.example', 'web'] }],
  ])('%s', async (_, claims) => {
    const token = await world.signByHand(claims)
    expect(await post(ofAnyAudience, { token })).toMatchObject({ body: { active: true, ...claims } })
  })

  test.each<readonly [what: string, claims: Readonly<Record<string, unknown>>]>([
    ['of another client', { client_id: 'app' }],
    ['of another client, by azp', { azp: 'app' }],
    ['whose azp is its own and whose client_id is not', { client_id: 'app', azp: 'web' }],
    ['of nobody', {}],
    ['for somebody whose name is longer', { aud: ['webs', 'https://web'] }],
    ['of another type of id', { client_id: ['web'] }],
  ])('no token %s', async (_, claims) => {
    const token = await world.signByHand(claims)
    expect(await post(ofAnyAudience, { token })).toEqual(inactive)
  })
})

describe('mayInspect', () => {
  const api = (mayInspect: MayInspect) => introspectionEndpoint({ tokens, authenticateClient, mayInspect })

  test('opens the access tokens of an audience to a resource server, and no refresh token', async () => {
    const audiences = new Map([['web', 'https://api.example']])
    const endpointOfApi = api(
      (clientId, { claims, type }) => type === 'access' && claims.aud === audiences.get(clientId),
    )
    const { accessToken, refreshToken } = await tokens.issuePair({ sub: subject, client_id: 'app' })
    expect(await post(endpointOfApi, { token: accessToken })).toMatchObject({ body: { active: true, sub: subject } })
    expect(await post(endpointOfApi, { token: refreshToken })).toEqual(inactive)
    expect(await post(endpointOfApi, { token: accessToken }, basic('app'))).toEqual(inactive)
  })

  test('decides before the token is looked up', async () => {
    const token = await tokens.issue({ sub: subject, client_id: 'app' })
    world.goDown('rejects')
    expect(await post(endpoint, { token })).toEqual(inactive)
  })

  test.each([undefined, null, 1, 'yes', {}, false])('opens nothing with %j', async (answer) => {
    const token = await tokens.issue({ sub: subject, client_id: 'web' })
    expect(
      await post(
        api(() => answer as boolean),
        { token },
      ),
    ).toEqual(inactive)
    expect(
      await post(
        api(async () => answer as boolean),
        { token },
      ),
    ).toEqual(inactive)
  })

  test('hands its own errors to the framework', async () => {
    const token = await tokens.issue({ sub: subject, client_id: 'web' })
    const defect = new TypeError('x is not a function')
    await expect(
      post(
        api(() => Promise.reject(defect)),
        { token },
      ),
    ).rejects.toBe(defect)
    const throwing = api(() => {
      throw defect
    })
    await expect(post(throwing, { token })).rejects.toBe(defect)
  })

  test('must be a function', () => {
    expect(() => api('web' as unknown as MayInspect)).toThrow('mayInspect')
  })
})

describe('says no more than that it is not active of', () => {
  test('an access token that was revoked', async () => {
    const token = await tokens.issue({ sub: subject, client_id: 'web' })
    await tokens.revoke(token, { reason: 'S3CRET' })
    expect(await post(endpoint, { token })).toEqual(inactive)
  })

  test('both tokens of a session that was revoked', async () => {
    const { accessToken, refreshToken } = await tokens.issuePair({ sub: subject, client_id: 'web' })
    await tokens.revoke(refreshToken)
    for (const token of [accessToken, refreshToken]) expect(await post(endpoint, { token })).toEqual(inactive)
  })

  test('a refresh token that was spent, and the session goes on', async () => {
    const { refreshToken } = await tokens.issuePair({ sub: subject, client_id: 'web' })
    const next = await tokens.rotate(refreshToken)
    expect(await post(endpoint, { token: refreshToken })).toEqual(inactive)
    expect(await post(endpoint, { token: next.refreshToken })).toMatchObject({ body: { active: true } })
    await tokens.verify(next.accessToken)
  })

  test.each<readonly [title: string, make: () => string | Promise<string>]>([
    ['text', () => 'S3CRET'],
    ['an expired token', () => world.signByHand({ iat: 1_000_000_000, exp: 1_000_000_900 })],
    ['a token of another issuer', () => world.signByHand({ iss: 'https://evil.example' })],
    ['a token of an algorithm that is not ours', () => world.signByHand({}, 'HS512')],
    ['a token with another signature', async () => `${(await world.signByHand({})).slice(0, -8)}AAAAAAAA`],
    ['a token whose claims cannot be used', () => world.signByHand({ sub: 7 })],
    ['a token that lives too long', () => world.signByHand({ exp: 9_999_999_999 })],
    ['an expired refresh token', async () => (await expiredPair()).refreshToken],
  ])('%s', async (_, make) => {
    expect(await post(endpoint, { token: await make() })).toEqual(inactive)
  })
})

test('a refresh token is not active if no refresh tokens are issued', async () => {
  const { verify, inspect } = tokens
  const verifying = introspectionEndpoint({ tokens: { verify, inspect }, authenticateClient })
  const { accessToken, refreshToken } = await tokens.issuePair({ sub: subject, client_id: 'web' })
  expect(await post(verifying, { token: refreshToken })).toEqual(inactive)
  expect(await post(verifying, { token: accessToken })).toMatchObject({ body: { active: true } })
})

describe.each(outages)('while the store %s', (how) => {
  test('nobody is told that a token is not active', async () => {
    const told: unknown[] = []
    const telling = introspectionEndpoint({ tokens, authenticateClient, onUnavailable: (error) => told.push(error) })
    const { accessToken, refreshToken } = await tokens.issuePair({ sub: subject, client_id: 'web' })
    world.goDown(how)
    for (const token of [accessToken, refreshToken])
      expectRefusal(await post(telling, { token }), 503, 'temporarily_unavailable', retryLater)
    expect(told).toMatchObject([{ code: 'ERR_REVOCATION_UNAVAILABLE' }, { code: 'ERR_REVOCATION_UNAVAILABLE' }])
    world.comeBack()
    expect(await post(telling, { token: accessToken })).toMatchObject({ body: { active: true } })
  })

  test('what is no token of ours is told all the same', async () => {
    world.goDown(how)
    expect(await post(endpoint, { token: 'made-up' })).toEqual(inactive)
  })
})

test('an open policy does not make a token active', async () => {
  const { issuer, audience } = world.options
  const options = { issuer, audience, algorithms: ['HS256'], keys: { secret: new Uint8Array(32).fill(7) } }
  const store = { ...memoryStore(), find: () => Promise.reject(new Error('S3CRET')) }
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', failPolicy: 'open' })
  const openTokens = createTokenPairs({ ...options, revocation, refresh: { lifetime: '1h' } })
  const token = await openTokens.issue({ sub: subject, client_id: 'web' })
  expect(await openTokens.verify(token)).toMatchObject({ degraded: true })
  const open = introspectionEndpoint({ tokens: openTokens, authenticateClient })
  expectRefusal(await post(open, { token }), 503, 'temporarily_unavailable', retryLater)
})

/** Verifies nothing: what a client may see depends on the claims alone. */
async function inspectLeniently(token: string) {
  return { claims: decodeJwt(token), type: 'access' as const, expired: false }
}

/** Issued two hours ago, by the clock of its issuer. */
async function expiredPair() {
  const now = (): number => Date.now() - 7_200_000
  const revocation = createRevocation({ store: memoryStore({ now }), maxTokenLifetime: '24h', now })
  const keys = { secret: new TextEncoder().encode('S3CRET-signing-key-of-at-least-thirty-two-bytes') }
  const { issuer, audience } = world.options
  const past = createTokenPairs({
    revocation,
    issuer,
    audience,
    algorithms: ['HS256'],
    keys,
    refresh: { lifetime: '1h' },
  })
  return await past.issuePair({ sub: subject, client_id: 'web' })
}
