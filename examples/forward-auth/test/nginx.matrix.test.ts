/** The example behind a real nginx, over a real Redis. */
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BehindNginx, startBehindNginx } from './support/behind-nginx.ts'
import { clientsEnv, post } from './support/clients.ts'
import { createIssuer, type Issuer, secrets, subject } from './support/issuer.ts'

let redis: RedisServer
let issuer: Issuer
let setup: BehindNginx
beforeAll(async () => {
  redis = await startRedis()
  issuer = await createIssuer()
  setup = await startBehindNginx({ ...issuer.env, ...clientsEnv, STORE_URL: redis.url, SUBJECT: 'optional' })
}, 180_000)
afterAll(async () => {
  await setup?.stop()
  await redis?.stop()
})
beforeEach(() => void setup.requests.splice(0))

const send = (path: string, init: RequestInit = {}): Promise<Response> => fetch(setup.nginx.url + path, init)
const get = (token: string, more: Readonly<Record<string, string>> = {}, path = '/orders'): Promise<Response> =>
  send(path, { headers: { ...more, authorization: `Bearer ${token}` } })

describe('a request with an active token', { timeout: 30_000 }, () => {
  test('reaches the service with its body, and the claims as fields', async () => {
    const headers = { authorization: `Bearer ${await issuer.sign()}` }
    const response = await send('/orders?page=2', { method: 'POST', headers, body: 'three' })
    expect([response.status, await response.text()]).toEqual([200, 'hello'])
    expect(setup.requests).toEqual([expect.objectContaining({ method: 'POST', path: '/orders?page=2', body: 'three' })])
    expect(setup.requests[0]?.headers).toMatchObject({
      'x-auth-subject': subject,
      'x-auth-client': 'web',
      'x-auth-scope': 'api:read',
    })
  })

  test('cannot set the fields itself, whether or not the token has the claims', async () => {
    const forged = {
      'X-Auth-Subject': 'admin',
      'x-auth-scope': 'all',
      X_Auth_Subject: 'admin',
      'X-Auth-Client': 'root',
    }
    expect((await get(await issuer.sign({ sub: undefined, scope: undefined }), forged)).status).toBe(200)
    const { headers } = setup.requests[0] ?? {}
    const fields = Object.entries(headers ?? {}).filter(([name]) => /^x.auth/.test(name))
    expect(fields).toEqual([['x-auth-client', 'web']])
  })

  test('may have more fields than the server takes, and a body of unknown length', async () => {
    const cookies = Object.fromEntries(Array.from({ length: 3 }, (_, index) => [`x-large-${index}`, 'a'.repeat(7_000)]))
    expect((await get(await issuer.sign(), cookies)).status).toBe(200)
    const body = new Blob(['one', 'two']).stream()
    const headers = { authorization: `Bearer ${await issuer.sign()}` }
    expect((await send('/orders', { method: 'POST', headers, body, duplex: 'half' })).status).toBe(200)
    expect(setup.requests.at(-1)).toMatchObject({ body: 'onetwo' })
  })

  test('gets an error of the service as it is', async () => {
    const response = await get(await issuer.sign(), {}, '/broken')
    expect([response.status, await response.text()]).toEqual([500, 'broken'])
  })
})

describe('nobody passes', { timeout: 60_000 }, () => {
  test('without a token, or with one that is not valid: 401 with a challenge', async () => {
    for (const response of [await send('/orders'), await get('S3CRET')]) {
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    expect((await get(await issuer.sign({ aud: 'https://other.example' }))).status).toBe(401)
    expect(setup.requests).toEqual([])
  })

  test('with two tokens, or with a token that is longer than a field may be', async () => {
    const token = await issuer.sign()
    const headers: [string, string][] = [
      ['authorization', `Bearer ${token}`],
      ['authorization', 'Bearer x'],
    ]
    expect([400, 401]).toContain((await send('/orders', { headers })).status)
    expect([400, 401]).toContain((await get(`${token}${'a'.repeat(20_000)}`)).status)
    expect((await get('a'.repeat(7_000))).status).toBe(401)
    expect(setup.requests).toEqual([])
  })

  test('with a token that was revoked through nginx', async () => {
    const token = await issuer.sign()
    expect((await get(token)).status).toBe(200)
    expect((await post(`${setup.nginx.url}/oauth/revoke`, token)).status).toBe(200)
    expect((await get(token)).status).toBe(401)
    expect(await (await post(`${setup.nginx.url}/oauth/introspect`, token)).json()).toEqual({ active: false })
    expect(setup.requests).toHaveLength(1)
  })

  test('through the location of the check, and to the routes of health', async () => {
    expect((await send('/_auth')).status).toBe(404)
    expect((await send('/health/ready')).status).toBe(401)
  })

  test('while Redis is dead: 503 for everybody, until it is back', async () => {
    const token = await issuer.sign()
    redis.kill('SIGKILL')
    const refused = await get(token)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' })
    for (let request = 0; request < 20; request += 1) expect((await get(token)).status).toBe(503)
    expect(setup.requests).toEqual([])
    await redis.restart()
    await eventually(async () => (await get(token)).status === 200, 'service is back', 20_000)
  })

  test('while Redis is frozen: 503 for everybody, until it goes on', async () => {
    const token = await issuer.sign()
    redis.kill('SIGSTOP')
    try {
      const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await get(token)).status))
      expect(new Set(statuses)).toEqual(new Set([503]))
      expect(setup.requests).toEqual([])
    } finally {
      redis.kill('SIGCONT')
    }
    await eventually(async () => (await get(token)).status === 200, 'service is back', 20_000)
  })

  test('while the server hangs, or is gone', async () => {
    const token = await issuer.sign()
    setup.server.kill('SIGSTOP')
    expect((await get(token)).status).toBe(503)
    setup.server.kill('SIGCONT')
    await eventually(async () => (await get(token)).status === 200, 'service is back', 20_000)
    const passed = setup.requests.length
    setup.server.kill('SIGKILL')
    await setup.server.ended
    expect((await get(token)).status).toBe(503)
    expect(setup.requests).toHaveLength(passed)
  })
})

test('no log of the server contains a token, an id or a secret', () => {
  const log = JSON.stringify(setup.server.lines())
  for (const secret of secrets) expect(log).not.toContain(secret)
  expect(setup.server.lines().map(({ event }) => event)).toContain('refused')
})
