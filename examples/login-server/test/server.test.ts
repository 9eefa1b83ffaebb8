import { EventEmitter, once } from 'node:events'
import type { Key } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'
import { ada, ben, openServer, root } from './open-server.ts'

const loginOfAda = { user: 'ada', password: 'analytical-engine', device: 'test' }

describe('an invalid request', () => {
  test.each([
    ['JSON that does not parse', '{"user":'],
    ['JSON that is no object', '"ada"'],
    ['a missing field', { user: 'ada', password: 'analytical-engine' }],
    ['an empty field', { ...loginOfAda, device: '' }],
    ['a field that is no string', { ...loginOfAda, password: 1815 }],
    ['an inherited field', { __proto__: loginOfAda }],
    ['an endless field', { ...loginOfAda, password: 'x'.repeat(2_049) }],
  ])('is answered with 400: %s', async (_, json) => {
    const { send } = await openServer()
    const response = await send('POST /login', { json })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: 'invalid_request' })
  })

  test('is answered with 400 if it has no body', async () => {
    const { send } = await openServer()
    expect((await send('POST /login')).status).toBe(400)
  })

  test('is answered with 413 if the body is too large', async () => {
    const { send, reported } = await openServer()
    expect((await send('POST /login', { json: { user: 'x'.repeat(20_000) } })).status).toBe(413)
    expect(reported).toEqual([])
  })

  test('is answered with 404 if there is no such route', async () => {
    const { send } = await openServer()
    expect((await send('GET /nowhere')).status).toBe(404)
  })
})

describe('login', () => {
  test('answers an unknown user exactly as a wrong password', async () => {
    const { send } = await openServer()
    const answers = [
      await send('POST /login', { json: { ...loginOfAda, password: 'wrong' } }),
      await send('POST /login', { json: { ...loginOfAda, user: 'nobody' } }),
      await send('POST /login', { json: { ...loginOfAda, user: '__proto__' } }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(await answer.text()).toBe('{"error":"wrong_credentials"}')
    }
  })

  test('answers 403 for a banned account only if the password is right', async () => {
    const { send, login } = await openServer()
    await send('POST /admin/ban', { token: await login(...root), json: { user: 'ada' } })
    expect((await send('POST /login', { json: loginOfAda })).status).toBe(403)
    expect((await send('POST /login', { json: { ...loginOfAda, password: 'wrong' } })).status).toBe(401)
  })

  test('gives each login a separate session, and forbids caching of the answer', async () => {
    const { send, login } = await openServer()
    const [first, second] = [await login(...ada), await login(...ada)]
    await send('POST /logout', { token: first })
    expect((await send('GET /me', { token: first })).status).toBe(401)
    const response = await send('GET /me', { token: second })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('issues no token if the user is banned meanwhile', async () => {
    const store = memoryStore()
    const gate = new EventEmitter()
    const arrived = once(gate, 'arrived')
    const opened = once(gate, 'opened')
    const { send, login } = await openServer({
      ...store,
      find: async (keys: readonly Key[]) => {
        if (keys.some(({ value }) => value === 'ada')) {
          gate.emit('arrived')
          await opened
        }
        return store.find(keys)
      },
    })
    const token = await login(...root)
    const overtaken = send('POST /login', { json: loginOfAda })
    await arrived
    expect((await send('POST /admin/ban', { token, json: { user: 'ada' } })).status).toBe(200)
    gate.emit('opened')
    expect((await overtaken).status).toBe(401)
  })
})

describe('a protected route', () => {
  test.each([
    ['no header', {}, 401, 'Bearer'],
    ['another scheme', { authorization: 'Basic YWRhOng=' }, 401, 'Bearer'],
    [
      'a scheme without a token',
      { authorization: 'Bearer' },
      400,
      'Bearer error="invalid_request", error_description="The bearer token is malformed"',
    ],
    [
      'two tokens',
      { authorization: 'Bearer a b' },
      400,
      'Bearer error="invalid_request", error_description="The bearer token is malformed"',
    ],
    [
      'what is no token',
      { authorization: 'bearer abc' },
      401,
      'Bearer error="invalid_token", error_description="The token is not valid"',
    ],
  ])('answers %s as RFC 6750 says', async (_, headers: Record<string, string>, status, challenge) => {
    const { send } = await openServer()
    const response = await send('GET /me', { headers })
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toBe(challenge)
  })

  test('refuses a token that was changed, and one of another server', async () => {
    const { send, login } = await openServer()
    const [header, , signature] = (await login(...ada)).split('.')
    const payload = Buffer.from('{"sub":"root","role":"admin"}').toString('base64url')
    expect((await send('GET /me', { token: `${header}.${payload}.${signature}` })).status).toBe(401)
    const foreign = await (await openServer()).login(...ada)
    expect((await send('GET /me', { token: foreign })).status).toBe(401)
  })

  test('answers 503 while the store is down, with no internals, and reports the cause', async () => {
    const { send, login, outage, reported } = await openServer()
    const token = await login(...ada)
    outage.condition = 'failing'
    const response = await send('GET /me', { token })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
    expect(reported).toEqual([expect.objectContaining({ cause: new Error('connect ECONNREFUSED') })])
  })

  test('answers 401 to a malformed token even while the store is down', async () => {
    const { send, outage } = await openServer()
    outage.condition = 'failing'
    expect((await send('GET /me', { token: 'abc' })).status).toBe(401)
  })

  test('does not confirm a logout that could not be recorded', async () => {
    const store = memoryStore()
    const failing = { ...store, record: () => Promise.reject(new Error('read only')) }
    const { send, login } = await openServer(failing)
    const token = await login(...ada)
    expect((await send('POST /logout', { token })).status).toBe(503)
    expect((await send('GET /me', { token })).status).toBe(200)
  })
})

describe('admin routes', () => {
  test.each(['POST /admin/ban', 'POST /admin/unban', 'GET /admin/status'])('%s is for admins', async (request) => {
    const { send, login } = await openServer()
    const json = request.startsWith('POST') ? { json: { user: 'ben' } } : {}
    expect((await send(request, json)).status).toBe(401)
    const response = await send(request, { token: await login(...ada), ...json })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"')
  })

  test('answer 404 to a ban of an unknown user', async () => {
    const { send, login } = await openServer()
    const token = await login(...root)
    expect((await send('POST /admin/ban', { token, json: { user: 'nobody' } })).status).toBe(404)
  })

  test('let a user log in again after the ban, and keep the old tokens revoked', async () => {
    const { send, login } = await openServer()
    const [before, admin] = [await login(...ben), await login(...root)]
    await send('POST /admin/ban', { token: admin, json: { user: 'ben' } })
    await send('POST /admin/unban', { token: admin, json: { user: 'ben' } })
    expect((await send('GET /me', { token: before })).status).toBe(401)
    expect((await send('GET /me', { token: await login(...ben) })).status).toBe(200)
  })

  test('count the marks if the store does', async () => {
    const { record, find, forget, agree } = memoryStore()
    const { send, login } = await openServer({ record, find, forget, agree })
    const response = await send('GET /admin/status', { token: await login(...root) })
    expect(await response.json()).toEqual({ marks: null })
  })
})
