import { RevocationUnavailableError } from '@revoked/core'
import { type Endpoint, type EndpointRequest, type LogoutEndpointOptions, logoutEndpoint } from '@revoked/http'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { servers } from '../support/logout-servers.ts'
import { createOAuthWorld, type OAuthWorld, requestOf } from '../support/oauth-setup.ts'
import { secrets } from '../support/setup.ts'

const cleared = ['a=; Max-Age=0', 'b=; Max-Age=0']
const loggedOutAndCleared = { status: 204, headers: { 'Cache-Control': 'no-store' }, setCookie: cleared }
const over = { code: 'ERR_TOKEN_REVOKED', by: 'sid' }

let world: OAuthWorld
let refused: unknown[]
/** What the request presents beside the header. */
let given: ReturnType<NonNullable<LogoutEndpointOptions['getToken']>>
let logout: Endpoint
beforeEach(() => {
  world = createOAuthWorld()
  refused = []
  given = undefined
  logout = logoutEndpoint({
    tokens: world.tokens,
    getToken: () => given,
    setCookie: cleared,
    onRefused: (error) => refused.push(error),
  })
})

const post = (token?: string) =>
  logout(requestOf({ authorization: token === undefined ? undefined : `Bearer ${token}` }))
const logIn = () => world.tokens.issuePair({ sub: secrets.subject })

describe('ends the session', () => {
  test.for(['accessToken', 'refreshToken'] as const)('of the %s that getToken returns', async (which) => {
    const pair = await logIn()
    given = pair[which]
    expect(await post()).toEqual(loggedOutAndCleared)
    await expect(world.tokens.verify(pair.accessToken)).rejects.toMatchObject(over)
  })

  test('of the token that an async getToken returns', async () => {
    const { accessToken } = await logIn()
    given = Promise.resolve(accessToken)
    expect(await post()).toEqual(loggedOutAndCleared)
    await expect(world.tokens.verify(accessToken)).rejects.toMatchObject(over)
  })

  test('of the cookie and that of the header, if they differ', async () => {
    const [ofCookie, ofHeader] = [await logIn(), await logIn()]
    given = ofCookie.accessToken
    expect(await post(ofHeader.accessToken)).toEqual(loggedOutAndCleared)
    for (const { accessToken } of [ofCookie, ofHeader])
      await expect(world.tokens.verify(accessToken)).rejects.toMatchObject(over)
  })

  test('of every token that getToken returns', async () => {
    const pairs = [await logIn(), await logIn(), await logIn()]
    given = [undefined, '', ...pairs.map(({ refreshToken }) => refreshToken)]
    expect(await post()).toEqual(loggedOutAndCleared)
    for (const { accessToken } of pairs) await expect(world.tokens.verify(accessToken)).rejects.toMatchObject(over)
  })

  test.each<readonly [what: string, cookie: () => string | Promise<string>]>([
    ['malformed', () => 'S3CRET'],
    ['signed by another key', async () => `${(await world.signByHand({})).slice(0, -8)}AAAAAAAA`],
  ])('of the header if the cookie is %s: that one passes nowhere', async (_, cookie) => {
    const { accessToken } = await logIn()
    given = await cookie()
    expect(await post(accessToken)).toEqual(loggedOutAndCleared)
    expect(refused).toMatchObject([{ code: 'ERR_INVALID_TOKEN' }])
    await expect(world.tokens.verify(accessToken)).rejects.toMatchObject(over)
  })

  test('of the cookie if the header is malformed', async () => {
    const { accessToken } = await logIn()
    given = accessToken
    expect(await post('')).toEqual(loggedOutAndCleared)
    await expect(world.tokens.verify(accessToken)).rejects.toMatchObject(over)
  })
})

test('answers 401 if one of two tokens may still pass elsewhere, and ends the session of the other', async () => {
  const { accessToken } = await logIn()
  given = await world.signByHand({ aud: 'https://other.example' })
  expect(await post(accessToken)).toMatchObject({ status: 401, setCookie: cleared })
  expect(refused).toMatchObject([{ code: 'ERR_INVALID_TOKEN', claim: 'aud' }])
  await expect(world.tokens.verify(accessToken)).rejects.toMatchObject(over)
})

test('deletes the cookies if they hold no token of ours', async () => {
  expect(await post()).toMatchObject({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' }, setCookie: cleared })
  given = 'S3CRET'
  expect(await post()).toMatchObject({ status: 401, setCookie: cleared })
})

test('keeps the cookies during an outage: the next logout needs them', async () => {
  const pair = await logIn()
  given = pair.accessToken
  world.goDown('rejects')
  const answer = await post()
  expect(answer.status).toBe(503)
  expect(answer).not.toHaveProperty('setCookie')
})

test('answers 503 if one of two tokens is fine and the store fails for the other', async () => {
  const [first, second] = [await logIn(), await logIn()]
  given = first.accessToken
  const { tokens } = world
  const endSession: typeof tokens.endSession = async (token, options) => {
    const { claims } = typeof token === 'string' ? await tokens.inspect(token) : token
    if (claims.sid === first.sid) throw new RevocationUnavailableError('The store failed.')
    return await tokens.endSession(token, options)
  }
  logout = logoutEndpoint({ tokens: { ...tokens, endSession }, getToken: () => given })
  expect((await post(second.accessToken)).status).toBe(503)
  await expect(tokens.verify(second.accessToken)).rejects.toMatchObject(over)
  await tokens.verify(first.accessToken)
})

test.each([
  ['throws', () => fail()],
  ['rejects', async () => fail()],
])('hands the error to the framework if getToken %s', async (_, getToken) => {
  logout = logoutEndpoint({ tokens: world.tokens, getToken })
  await expect(post()).rejects.toThrow('a defect')
})

test.each([
  ['getToken', { getToken: 'cookie' }],
  ['setCookie', { setCookie: 'a=; Max-Age=0' }],
  ['setCookie', { setCookie: [7] }],
])('cannot be made with a wrong %s', (name, options) => {
  expect(() => logoutEndpoint({ tokens: world.tokens, ...(options as object) })).toThrow(name)
})

describe.for(servers)('served by %s', ([, start]) => {
  test('reads cookies from the request, and deletes them with the answer', async () => {
    const { accessToken } = await logIn()
    const setCookie = ['a=; Max-Age=0; Path=/', 'b=; Max-Age=0; Path=/session']
    const getToken = ({ header }: EndpointRequest) => /(?:^|; )a=([^;]+)/.exec(header('Cookie') ?? '')?.[1]
    const { url, close } = await start(logoutEndpoint({ tokens: world.tokens, getToken, setCookie }))
    onTestFinished(close)
    const response = await fetch(url, { method: 'POST', headers: { cookie: `x=1; a=${accessToken}` } })
    expect(response).toMatchObject({ status: 204 })
    expect(response.headers.getSetCookie()).toEqual(setCookie)
    await expect(world.tokens.verify(accessToken)).rejects.toMatchObject(over)
  })
})

function fail(): never {
  throw new Error('a defect')
}
