import { createRevocation, type Revocation, RevocationUnavailableError } from '@revoked/core'
import { type BackChannelLogoutEndpointOptions, backChannelLogoutEndpoint, type LostLogout } from '@revoked/http/oauth'
import { createAccessTokens, createLogoutTokens } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'
import { createRemoteJWKSet } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import {
  createOAuthWorld,
  expectRefusal,
  logoutEvent,
  outages,
  post,
  requestOf,
  retryLater,
  subject,
} from '../support/oauth-setup.ts'
import { secrets } from '../support/setup.ts'

const world = createOAuthWorld()
const { tokens, logoutTokens, signLogoutToken } = world
const refusedTold: unknown[] = []
const outagesTold: unknown[] = []
const endpoint = backChannelLogoutEndpoint({
  logoutTokens,
  onRefused: (error) => refusedTold.push(error),
  onUnavailable: (error) => outagesTold.push(error),
})

const done = { status: 200, headers: { 'Cache-Control': 'no-store' } }
const revoked = { code: 'ERR_TOKEN_REVOKED', reason: 'back_channel_logout' }

afterEach(() => {
  world.comeBack()
  refusedTold.length = 0
  outagesTold.length = 0
})

test('logs the session out', async () => {
  const sid = crypto.randomUUID()
  const token = await tokens.issue({ sub: subject, sid })
  expect(await post(endpoint, { logout_token: await signLogoutToken({ sid }) })).toEqual(done)
  await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
})

test('logs every session of the subject out, refresh tokens included', async () => {
  const sub = `S3CRET-${crypto.randomUUID()}`
  const { accessToken, refreshToken } = await tokens.issuePair({ sub })
  expect(await post(endpoint, { logout_token: await signLogoutToken({ sub, sid: undefined }) })).toEqual(done)
  await expect(tokens.verify(accessToken)).rejects.toMatchObject(revoked)
  await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(revoked)
})

test('asks for no client authentication, and ignores further parameters', async () => {
  const form = new URLSearchParams({ logout_token: await signLogoutToken(), state: 'x' })
  expect(await endpoint(requestOf({ form }))).toEqual(done)
})

test('a logout that comes late ends the sessions that began before it was issued, and no others', async () => {
  const sub = `S3CRET-${crypto.randomUUID()}`
  const iat = Math.floor(Date.now() / 1_000) - 60
  const before = await world.signByHand({ sub, iat: iat - 30 })
  const since = await world.signByHand({ sub, iat: iat + 30 })
  const logoutToken = await signLogoutToken({ sub, sid: undefined, iat, exp: iat + 120 })
  expect(await post(endpoint, { logout_token: logoutToken })).toEqual(done)
  await expect(tokens.verify(before)).rejects.toMatchObject(revoked)
  await tokens.verify(since)
})

test("with the issuer '*', logs out the session tokens of the issuer that is named", async () => {
  const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h', issuer: '*' })
  const keys = { secret: new TextEncoder().encode(secrets.signingKey) }
  const common = { revocation, algorithms: ['HS256'], keys }
  const own = { issuer: 'https://app.example', audience: 'https://api.example' }
  const sessions = createAccessTokens({ ...common, ...own })
  const { issuer, audience } = world.options
  const provider = createLogoutTokens({ ...common, issuer, audience, sessionIssuer: own.issuer })
  const sid = crypto.randomUUID()
  const token = await sessions.issue({ sub: subject, sid })
  const logoutToken = await signLogoutToken({ sid })
  const scoped = backChannelLogoutEndpoint({ logoutTokens: provider })
  expect(await post(scoped, { logout_token: logoutToken })).toEqual(done)
  await expect(sessions.verify(token)).rejects.toMatchObject(revoked)
})

describe('refuses', () => {
  test.each(['GET', 'HEAD', 'PUT'])('%s', async (method) => {
    const form = { logout_token: await signLogoutToken() }
    const answer = await endpoint(requestOf({ method, form }))
    expectRefusal(answer, 405, 'invalid_request', { Allow: 'POST' })
    expect(await post(endpoint, form)).toEqual(done)
  })

  test.each<readonly [title: string, form: unknown, code: string]>([
    ['a request without a body', undefined, 'ERR_TOKEN_MALFORMED'],
    ['a request without the token', { token: 'S3CRET' }, 'ERR_TOKEN_MISSING'],
    ['an empty token', { logout_token: '' }, 'ERR_TOKEN_MISSING'],
    ['a token that comes twice', { logout_token: ['S3CRET', 'S3CRET'] }, 'ERR_TOKEN_MALFORMED'],
  ])('%s, and reports why', async (_, form, code) => {
    expectRefusal(await post(endpoint, form), 400, 'invalid_request')
    expect(refusedTold).toMatchObject([{ code }])
  })

  test.each<readonly [title: string, make: () => string | Promise<string>]>([
    ['text', () => 'S3CRET'],
    ['an expired logout token', () => signLogoutToken({ iat: 1_000_000_000, exp: 1_000_000_120 })],
    ['one of another provider', () => signLogoutToken({ iss: 'https://S3CRET.example' })],
    ['one of an algorithm that is not accepted', () => signLogoutToken({}, 'HS512')],
    ['one with a nonce', () => signLogoutToken({ nonce: 'S3CRET' })],
    ['one with another event', () => signLogoutToken({ events: { S3CRET: {} } })],
    ['one that names nobody', () => signLogoutToken({ sid: undefined, sub: undefined })],
    ['one that names somebody by a number', () => signLogoutToken({ sid: 7 })],
    ['one that lives too long', () => signLogoutToken({ exp: 9_999_999_999 })],
    ['an access token', () => tokens.issue({ sub: subject, sid: crypto.randomUUID() })],
    ['a refresh token', async () => (await tokens.issuePair({ sub: subject })).refreshToken],
  ])('%s, and reports why', async (_, make) => {
    const logoutToken = await make()
    expectRefusal(await post(endpoint, { logout_token: logoutToken }), 400, 'invalid_request')
    expect(refusedTold).toEqual([expect.objectContaining({ code: expect.stringMatching(/^ERR_/) })])
    expect(String(refusedTold[0])).not.toMatch(/S3CRET|eyJ/)
    expect(outagesTold).toEqual([])
  })
})

describe('answers 200 for', () => {
  test('a retry of a logout token that is in force, which logs out nobody who logged in since', async () => {
    const sub = `S3CRET-${crypto.randomUUID()}`
    const form = { logout_token: await signLogoutToken({ sub, sid: undefined }) }
    expect(await post(endpoint, form)).toEqual(done)
    const token = await tokens.issue({ sub })
    expect(await post(endpoint, form)).toEqual(done)
    expect(refusedTold).toEqual([])
    await tokens.verify(token)
  })

  test('each of the retries that come at the same moment', async () => {
    const { revocation, issuer, audience } = world.options
    let missing = 8
    let release = (): void => {}
    const gathered = new Promise<void>((resolve) => {
      release = resolve
    })
    // All of them have looked for the mark of the logout token before the first one writes it.
    const check: Revocation['check'] = async (claims, checkOptions) => {
      const verdict = await revocation.check(claims, checkOptions)
      missing -= 1
      if (missing === 0) release()
      await gathered
      return verdict
    }
    const keys = { secret: new TextEncoder().encode(secrets.signingKey) }
    const gathering = { revocation: { ...revocation, check }, issuer, audience, algorithms: ['HS256'], keys }
    const racing = backChannelLogoutEndpoint({ logoutTokens: createLogoutTokens(gathering) })
    const form = { logout_token: await signLogoutToken() }
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(racing, form)))
    expect(answers).toEqual(answers.map(() => done))
  })
})

describe('an outage is a failed logout, which can be tried again', () => {
  test.each(outages)('while the store %s', async (how) => {
    const sid = crypto.randomUUID()
    const token = await tokens.issue({ sub: subject, sid })
    const form = { logout_token: await signLogoutToken({ sid, events: { [logoutEvent]: {} } }) }
    world.goDown(how)
    expectRefusal(await post(endpoint, form), 400, 'temporarily_unavailable', retryLater)
    expect(outagesTold).toMatchObject([{ code: 'ERR_REVOCATION_UNAVAILABLE' }])
    expect(refusedTold).toEqual([])
    world.comeBack()
    await tokens.verify(token)
    expect(await post(endpoint, form)).toEqual(done)
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
  })

  test('while the keys of the provider cannot be fetched', async () => {
    const { revocation, issuer, audience } = world.options
    // Nobody listens on port 1.
    const keys = { publicKey: createRemoteJWKSet(new URL('http://127.0.0.1:1/S3CRET')) }
    const away = createLogoutTokens({ revocation, issuer, audience, algorithms: ['RS256', 'ES256'], keys })
    const header = Buffer.from(JSON.stringify({ alg: 'ES256' })).toString('base64url')
    const logoutToken = `${header}.e30.${'A'.repeat(86)}`
    const answer = await post(backChannelLogoutEndpoint({ logoutTokens: away }), { logout_token: logoutToken })
    expectRefusal(answer, 400, 'temporarily_unavailable', retryLater)
  })
})

test('a logout that the timeout cuts off is reported once, before the answer, and can be recovered', async () => {
  const lost: LostLogout[] = []
  let fail = (_error: unknown): void => {}
  const keys = new Promise<never>((_, reject) => {
    fail = reject
  })
  const hanging = backChannelLogoutEndpoint({
    logoutTokens: { redeem: () => keys },
    timeout: '20ms',
    onLost: (logout) => lost.push(logout),
  })
  const sid = crypto.randomUUID()
  const token = await tokens.issue({ sub: subject, sid })
  const logoutToken = await signLogoutToken({ sid })
  expectRefusal(await post(hanging, { logout_token: logoutToken }), 400, 'temporarily_unavailable', retryLater)
  const error = expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  expect(lost).toEqual([{ logoutToken, receivedAt: expect.any(Number), error }])

  fail(new RevocationUnavailableError('late'))
  await new Promise(setImmediate)
  expect(lost).toHaveLength(1)
  for (const logout of lost) await logoutTokens.recover(logout)
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sid' })
})

test('hands a defect to the framework', async () => {
  const defect = new TypeError('x is not a function')
  const broken = backChannelLogoutEndpoint({ logoutTokens: { redeem: () => Promise.reject(defect) } })
  await expect(post(broken, { logout_token: 'a' })).rejects.toBe(defect)
})

test.each([
  ['logoutTokens', {}],
  ['onRefused', { logoutTokens, onRefused: 'log' }],
  ['onUnavailable', { logoutTokens, onUnavailable: 'log' }],
  ['onLost', { logoutTokens, onLost: 'log' }],
])('cannot be made with a wrong %s', (name, options) => {
  const create = () => backChannelLogoutEndpoint(options as unknown as BackChannelLogoutEndpointOptions)
  expect(create).toThrow(TypeError)
  expect(create).toThrow(name)
})
