import { SignJWT } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { audience, issuer, type Session, secret, store } from '../src/accounts.ts'
import { bearer, createClient, type Reply } from './client.ts'
import { serve } from './load-example.ts'

const names = [
  'express',
  'express-jwt',
  'koa',
  'koa-jwt',
  'fastify',
  'fastify-jwt',
  'hono',
  'hono-jwt',
  'hapi',
  'nest',
  'fetch',
]

const ada = { json: { user: 'ada', password: 'analytical-engine' } }
const revoked = 'Bearer error="invalid_token", error_description="The token was revoked"'

describe.each(names)('%s', (name) => {
  async function start() {
    const send = createClient(await serve(name))
    async function take(request: string, json: unknown): Promise<Session> {
      const { status, body } = await send(request, { json })
      expect(status).toBe(200)
      expect(body).toEqual({ accessToken: expect.any(String), refreshToken: expect.any(String) })
      return body as Session
    }
    return { send, take, logIn: () => take('POST /login', ada.json) }
  }

  test('logs in, refreshes and logs out', async () => {
    const { send, take, logIn } = await start()
    const me = (token: string): Promise<Reply> => send('GET /me', bearer(token))

    const first = await logIn()
    expect(await me(first.accessToken)).toMatchObject({ status: 200, body: { user: 'ada' } })

    const second = await take('POST /refresh', { refreshToken: first.refreshToken })
    expect(await me(second.accessToken)).toMatchObject({ status: 200, body: { user: 'ada' } })

    const stolen = await send('POST /refresh', { json: { refreshToken: first.refreshToken } })
    expect(stolen).toMatchObject({ status: 401, challenge: expect.stringMatching(/^Bearer error="invalid_token"/) })
    for (const { accessToken } of [first, second])
      expect(await me(accessToken)).toMatchObject({ status: 401, challenge: revoked })
    expect(await send('POST /refresh', { json: { refreshToken: second.refreshToken } })).toMatchObject({ status: 401 })

    const third = await logIn()
    expect(await me(third.accessToken)).toMatchObject({ status: 200 })
    expect(await send('POST /logout', bearer(third.accessToken))).toMatchObject({ status: 204, body: undefined })
    expect(await me(third.accessToken)).toEqual({
      status: 401,
      challenge: revoked,
      retryAfter: null,
      body: { error: 'invalid_token', error_description: 'The token was revoked' },
    })
    expect(await send('POST /refresh', { json: { refreshToken: third.refreshToken } })).toMatchObject({ status: 401 })
  })

  test('ends the session of an expired token', async () => {
    const { send, logIn } = await start()
    const { accessToken } = await logIn()
    const expired = await expiredTwin(accessToken)
    expect(await send('GET /me', bearer(expired))).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token", error_description="The token expired"',
    })
    expect(await send('POST /logout', bearer(expired))).toMatchObject({ status: 204 })
    expect(await send('GET /me', bearer(accessToken))).toMatchObject({ status: 401, challenge: revoked })
  })

  test('refuses wrong credentials and tokens', async () => {
    const { send, logIn } = await start()
    for (const json of [{ ...ada.json, password: 'S3CRET' }, { ...ada.json, user: 'S3CRET' }, {}, []])
      expect(await send('POST /login', { json })).toMatchObject({ status: 401, body: { error: 'wrong_credentials' } })
    expect(await send('GET /me')).toMatchObject({ status: 401, challenge: 'Bearer' })
    expect(await send('GET /me', { authorization: 'Bearer' })).toMatchObject({ status: 400 })
    const { accessToken, refreshToken } = await logIn()
    // A refresh token is no access token, and an access token is no refresh token.
    for (const token of [refreshToken, 'S3CRET'])
      expect(await send('GET /me', bearer(token))).toMatchObject({
        status: 401,
        challenge: 'Bearer error="invalid_token", error_description="The token is not valid"',
      })
    for (const json of [{ refreshToken: accessToken }, { refreshToken: 1 }, {}])
      expect(await send('POST /refresh', { json })).toMatchObject({ status: 401 })
    expect(await send('POST /logout')).toMatchObject({ status: 401, challenge: expect.stringMatching(/^Bearer/) })
  })

  test('answers GET requests while the store is down, and 503 to all others', async () => {
    const { send, logIn } = await start()
    const { accessToken, refreshToken } = await logIn()
    takeAway()
    expect(await send('GET /me', bearer(accessToken))).toMatchObject({ status: 200, body: { user: 'ada' } })
    const answers = [
      await send('POST /login', ada),
      await send('POST /refresh', { json: { refreshToken } }),
      await send('POST /logout', bearer(accessToken)),
    ]
    for (const answer of answers) expect(answer).toMatchObject({ status: 503, challenge: null, retryAfter: '5' })
  })
})

/** Signs a token with the same claims that has expired. */
async function expiredTwin(token: string): Promise<string> {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const iat = Math.floor(Date.now() / 1_000) - 1_800
  return await new SignJWT({ ...claims, jti: crypto.randomUUID(), iat, exp: iat + 900 })
    .setProtectedHeader({ alg: 'HS256', ...headerOf(token) })
    .setIssuer(issuer)
    .setAudience(audience)
    .sign(new TextEncoder().encode(secret))
}

function headerOf(token: string): object {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
}

/** Makes the store unavailable until the end of the test. */
function takeAway(): void {
  const { find, record } = store
  onTestFinished(() => void Object.assign(store, { find, record }))
  const fail = () => Promise.reject(new Error('S3CRET-host refused the connection'))
  Object.assign(store, { find: fail, record: fail })
}
