import { createRevocation } from '@revoked/core'
import { type Answer, type Endpoint, logoutEndpoint } from '@revoked/http'
import { createAccessTokens, KeysUnavailableError, type TokenPair } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../support/expect-answer.ts'
import { type Expectation, invalid, malformed, missing, unavailable } from '../support/expectations.ts'
import { servers } from '../support/logout-servers.ts'
import { createOAuthWorld, type OAuthWorld, outages, requestOf } from '../support/oauth-setup.ts'
import { secrets } from '../support/setup.ts'

const loggedOut = { status: 204, headers: { 'Cache-Control': 'no-store' } }

let world: OAuthWorld
let told: unknown[]
let logout: Endpoint
beforeEach(() => {
  world = createOAuthWorld()
  told = []
  logout = logoutEndpoint({ tokens: world.tokens, onUnavailable: (error) => told.push(error) })
})

const post = (authorization?: string) => logout(requestOf({ authorization }))
const issue = () => world.tokens.issue({ sub: secrets.subject })
const logIn = () => world.tokens.issuePair({ sub: secrets.subject })

describe('ends the session', () => {
  test.for(['accessToken', 'refreshToken'] as const)(
    'of an %s: both tokens, and none of another one',
    async (which) => {
      const [pair, other] = [await logIn(), await logIn()]
      expect(await post(`Bearer ${pair[which]}`)).toEqual(loggedOut)
      await expectOver(pair)
      expect(await world.tokens.verify(other.accessToken)).toMatchObject({ claims: { sid: other.sid } })
      expect(await world.tokens.rotate(other.refreshToken)).toMatchObject({ sid: other.sid })
    },
  )

  test('of a token that has expired', async () => {
    const pair = await logIn()
    const iat = Math.floor(Date.now() / 1_000) - 1_000
    const token = await world.signByHand({ sid: pair.sid, iat, exp: iat + 900 })
    await expect(world.tokens.verify(token)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })
    expect(await post(`Bearer ${token}`)).toEqual(loggedOut)
    await expectOver(pair)
  })

  test('of a token that was revoked by itself', async () => {
    const pair = await logIn()
    await world.tokens.revoke(pair.accessToken)
    expect(await world.tokens.verifyRefresh(pair.refreshToken)).toMatchObject({ claims: { sid: pair.sid } })
    expect(await post(`Bearer ${pair.accessToken}`)).toEqual(loggedOut)
    await expectOver(pair)
  })

  test('that is over already', async () => {
    const pair = await logIn()
    const answers = [await post(`Bearer ${pair.accessToken}`), await post(`Bearer ${pair.refreshToken}`)]
    expect(answers).toEqual([loggedOut, loggedOut])
    await expectOver(pair)
  })

  test('of a token without sid: the token itself', async () => {
    const [token, other] = [await issue(), await issue()]
    expect(await post(`Bearer ${token}`)).toEqual(loggedOut)
    await expect(world.tokens.verify(token)).rejects.toMatchObject({ by: 'jti', reason: 'logout' })
    expect(await world.tokens.verify(other)).toMatchObject({ degraded: false })
  })

  test('with the reason "logout"', async () => {
    const { accessToken } = await logIn()
    await post(`Bearer ${accessToken}`)
    await expect(world.tokens.verify(accessToken)).rejects.toMatchObject({ by: 'sid', reason: 'logout' })
  })
})

describe('ends no session', () => {
  test.for(['GET', 'HEAD', 'PUT', 'DELETE', 'post'])('by %s', async (method) => {
    const { accessToken } = await logIn()
    const answer = await logout(requestOf({ method, authorization: `Bearer ${accessToken}` }))
    expect(answer).toMatchObject({ status: 405, headers: { Allow: 'POST' }, body: { error: 'invalid_request' } })
    expect(await world.tokens.verify(accessToken)).toMatchObject({ degraded: false })
  })

  test.each([
    [undefined, 'ERR_TOKEN_MISSING'],
    ['Bearer', 'ERR_TOKEN_MALFORMED'],
  ])('of a request with the header %s, and reports why', async (authorization, code) => {
    const refused: unknown[] = []
    logout = logoutEndpoint({ tokens: world.tokens, onRefused: (error) => refused.push(error) })
    await post(authorization)
    expect(refused).toMatchObject([{ code }])
  })

  test('of an authentic token with neither sid nor jti, and reports why', async () => {
    const refused: unknown[] = []
    logout = logoutEndpoint({ tokens: world.tokens, onRefused: (error) => refused.push(error) })
    expectRefusal(await post(`Bearer ${await world.signByHand({ jti: undefined })}`), invalid)
    expect(refused).toMatchObject([{ code: 'ERR_UNIDENTIFIABLE_TOKEN' }])
  })

  test.for([
    ['no token', missing, async () => undefined],
    ['another scheme', missing, async () => 'Basic YTpi'],
    ['a scheme alone', malformed, async () => 'Bearer'],
    ['two tokens', malformed, async (token: string) => `Bearer ${token} ${token}`],
    ['what is no token', invalid, async () => 'Bearer S3CRET'],
    ['a token that was tampered with', invalid, async (token: string) => `Bearer ${tamperWith(token)}`],
    ['a token of another issuer', invalid, byHand({ iss: 'https://other.example' })],
    ['a token for another audience', invalid, byHand({ aud: 'https://other.example' })],
    ['a token of another algorithm', invalid, byHand({}, 'HS512')],
  ] as const)('for %s', async ([, expected, authorize]) => {
    const { accessToken, sid } = await logIn()
    expectRefusal(await post(await authorize(accessToken, sid)), expected)
    expect(await world.tokens.verify(accessToken)).toMatchObject({ degraded: false })
    expect(told).toEqual([])
  })
})

describe('says that it could not', () => {
  test.for(outages)('while the store %s, and tells why', async (how) => {
    const { accessToken, refreshToken } = await logIn()
    world.goDown(how)
    for (const token of [accessToken, refreshToken]) expectRefusal(await post(`Bearer ${token}`), unavailable)
    const outage = expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: expect.any(Error) })
    expect(told).toEqual([outage, outage])
    world.comeBack()
    expect(await world.tokens.verify(accessToken)).toMatchObject({ degraded: false })
    expect(await post(`Bearer ${accessToken}`)).toEqual(loggedOut)
  })

  test('under an open policy all the same', async () => {
    const away = () => Promise.reject(new Error(secrets.storeError))
    const store = { ...memoryStore(), find: away, record: away }
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', failPolicy: 'open' })
    const { issuer, audience } = world.options
    const keys = { secret: new TextEncoder().encode(secrets.signingKey) }
    const tokens = createAccessTokens({ revocation, issuer, audience, algorithms: ['HS256'], keys })
    const { accessToken } = await logIn()
    expect(await tokens.verify(accessToken)).toMatchObject({ degraded: true })
    logout = logoutEndpoint({ tokens })
    expectRefusal(await post(`Bearer ${accessToken}`), unavailable)
  })

  test('if the keys could not be fetched', async () => {
    const error = new KeysUnavailableError(new Error(secrets.storeError))
    logout = logoutEndpoint({ tokens: failing(error), onUnavailable: (e) => told.push(e) })
    expectRefusal(await post('Bearer token'), unavailable)
    expect(told).toEqual([error])
  })
})

test('rejects with a defect as it is', async () => {
  const defect = new Error('a defect')
  logout = logoutEndpoint({ tokens: failing(defect) })
  await expect(post('Bearer token')).rejects.toBe(defect)
})

test('refuses wrong options', () => {
  expect(() => logoutEndpoint({} as never)).toThrow(TypeError)
  expect(() => logoutEndpoint({ tokens: {} as never })).toThrow(/tokens must come/)
  expect(() => logoutEndpoint({ tokens: world.tokens, onUnavailable: 'log' as never })).toThrow(/onUnavailable/)
})

describe.for(servers)('served by %s', ([, start]) => {
  async function toHandler(endpoint: Endpoint) {
    const { url, close } = await start(endpoint)
    onTestFinished(close)
    return (authorization?: string, method = 'POST') =>
      fetch(url, {
        method,
        headers: authorization === undefined ? {} : { authorization },
        signal: AbortSignal.timeout(5_000),
      })
  }

  test('answers 204 without a body, and the session is over', async () => {
    const send = await toHandler(logout)
    const pair = await logIn()
    const response = await send(`Bearer ${pair.accessToken}`)
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(response.headers.get('cache-control')).toBe('no-store')
    for (const name of ['content-type', 'content-length', 'www-authenticate', 'retry-after'])
      expect([name, response.headers.get(name)]).toEqual([name, null])
    await expectOver(pair)
  })

  test('answers as every adapter does if there is no token of ours', async () => {
    const send = await toHandler(logout)
    await expectAnswer(await send(), missing)
    await expectAnswer(await send('Bearer'), malformed)
    await expectAnswer(await send(`Bearer ${await world.signByHand({}, 'HS512')}`), invalid)
  })

  test('answers 405 to what is no POST', async () => {
    const send = await toHandler(logout)
    const { accessToken } = await logIn()
    const response = await send(`Bearer ${accessToken}`, 'DELETE')
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
    expect(await world.tokens.verify(accessToken)).toMatchObject({ degraded: false })
  })

  test('answers 503 while the store is away, however it is', async () => {
    const send = await toHandler(logout)
    const { accessToken } = await logIn()
    for (const how of outages) {
      world.goDown(how)
      await expectAnswer(await send(`Bearer ${accessToken}`), unavailable)
    }
    expect(told.length).toBe(outages.length)
    world.comeBack()
    expect((await send(`Bearer ${accessToken}`)).status).toBe(204)
  })

  test('leaves a defect to the framework, which does not say 204', async () => {
    const send = await toHandler(() => Promise.reject(new TypeError('S3CRET defect')))
    expect((await send('Bearer token')).status).toBe(500)
  })

  test('fails the test if it takes an outage for a logout', async () => {
    const send = await toHandler(async (request) => {
      const answer = await logout(request)
      return answer.status === 503 ? loggedOut : answer
    })
    world.goDown('rejects')
    await expect(
      expectAnswer(await send(`Bearer ${await world.signByHand({ sid: 'a' })}`), unavailable),
    ).rejects.toThrow()
  })
})

async function expectOver({
  accessToken,
  refreshToken,
}: Pick<TokenPair, 'accessToken' | 'refreshToken'>): Promise<void> {
  const refused = { code: 'ERR_TOKEN_REVOKED', by: 'sid' }
  await expect(world.tokens.verify(accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  await expect(world.tokens.verifyRefresh(refreshToken)).rejects.toMatchObject(refused)
  await expect(world.tokens.rotate(refreshToken)).rejects.toMatchObject(refused)
}

/** Header fields are told apart by any case. */
function expectRefusal({ status, headers, body }: Answer, expected: Expectation): void {
  const got = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const wanted = Object.entries(expected.headers).filter(([, value]) => value !== undefined)
  expect({ status, headers: Object.fromEntries(got), body }).toEqual({
    ...expected,
    headers: Object.fromEntries(wanted),
  })
}

function tamperWith(token: string): string {
  const [header, payload, signature = ''] = token.split('.')
  return `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
}

function byHand(changes: Readonly<Record<string, unknown>>, alg?: string) {
  return async (_token: string, sid: string) => `Bearer ${await world.signByHand({ sid, ...changes }, alg)}`
}

function failing(error: Error) {
  const fail = () => Promise.reject(error)
  return { inspect: fail, revoke: fail, endSession: fail }
}
