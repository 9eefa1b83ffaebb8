import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { clientsEnv, post } from './support/clients.ts'
import { createIssuer, type Issuer, secrets, subject } from './support/issuer.ts'
import { startHere } from './support/started.ts'

let redis: RedisServer
let issuer: Issuer
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  redis = await startRedis({ args: ['--requirepass', secrets[2]] })
  issuer = await createIssuer()
  env = { ...issuer.env, ...clientsEnv, STORE_URL: `redis://:${secrets[2]}@127.0.0.1:${redis.port}` }
}, 30_000)
afterAll(() => redis.stop())

let prefixes = 0
beforeEach(() => {
  prefixes += 1
  env = { ...env, STORE_PREFIX: `test-${prefixes}` }
})

const bearer = (token: string): string => `Bearer ${token}`
const names = ['www-authenticate', 'retry-after', 'cache-control', 'x-auth-subject', 'x-auth-client', 'x-auth-scope']

/** The parts of an answer that a proxy acts on. */
async function partsOf(response: Response) {
  const headers = Object.fromEntries(names.flatMap((name) => response.headers.get(name) ?? []).entries())
  const text = await response.text()
  return { status: response.status, headers: Object.values(headers), body: text === '' ? undefined : JSON.parse(text) }
}

describe('the question of a proxy', () => {
  test('is answered with the claims of an active token', async () => {
    const { ask } = await startHere(env)
    expect(await partsOf(await ask(bearer(await issuer.sign())))).toEqual({
      status: 200,
      headers: ['no-store', subject, 'web', 'api:read'],
      body: undefined,
    })
  })

  test('is answered with an empty field for a claim that the token lacks', async () => {
    const { ask } = await startHere(env)
    const response = await ask(bearer(await issuer.sign({ scope: undefined, client_id: { S3CRET: 1 } })))
    expect([response.headers.get('x-auth-scope'), response.headers.get('x-auth-client')]).toEqual(['', ''])
  })

  test.each([
    ['no token', undefined, 'Bearer'],
    [
      'a malformed header',
      'Bearer a b',
      'Bearer error="invalid_request", error_description="The bearer token is malformed"',
    ],
    [
      'no token of ours',
      'Bearer eyJ.S3CRET',
      'Bearer error="invalid_token", error_description="The token is not valid"',
    ],
  ])('is answered with 401 for %s', async (_, authorization, challenge) => {
    const { ask } = await startHere(env)
    const { status, headers, body } = await partsOf(await ask(authorization))
    expect([status, headers]).toEqual([401, [challenge, 'no-store']])
    expect(JSON.stringify(body)).not.toContain('S3CRET')
  })

  test.each([
    ['of another key', {}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['for another audience', { aud: 'https://other.example' }, undefined],
    ['without a subject', { sub: undefined }, undefined],
  ])('is answered with 401 for a token %s', async (_, changes, key) => {
    const { ask, lines } = await startHere(env)
    const token = await issuer.sign(changes, key)
    expect((await ask(bearer(token))).status).toBe(401)
    expect(lines()).toContainEqual(expect.objectContaining({ level: 'info', event: 'refused' }))
  })

  test('may have any method, path and type of content, as those of Envoy have', async () => {
    const { ask } = await startHere(env)
    const authorization = bearer(await issuer.sign())
    for (const method of ['POST', 'PUT', 'DELETE', 'PROPFIND', 'OPTIONS'])
      expect((await ask(authorization, { method }, '/auth/orders/7?a=b')).status).toBe(200)
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }
    expect((await ask(authorization, json, '/auth/orders')).status).toBe(200)
    expect((await ask(authorization, {}, '/authors')).status).toBe(404)
  })

  test('is answered with 500 if the claims do not fit into fields, and nobody passes', async () => {
    const { ask, lines } = await startHere(env)
    expect((await ask(bearer(await issuer.sign({ scope: 'a'.repeat(3_000) })))).status).toBe(500)
    expect(lines()).toContainEqual(expect.objectContaining({ level: 'error', event: 'defect', code: 'RangeError' }))
  })
})

test('a revoked token is refused with the next request, and is not active', async () => {
  const { ask, url, lines } = await startHere(env)
  const token = await issuer.sign()
  expect(await (await post(`${url}/introspect`, token)).json()).toMatchObject({ active: true, sub: subject })
  expect((await post(`${url}/revoke`, token)).status).toBe(200)
  expect(await partsOf(await ask(bearer(token)))).toMatchObject({
    status: 401,
    headers: ['Bearer error="invalid_token", error_description="The token was revoked"', 'no-store'],
  })
  expect(await (await post(`${url}/introspect`, token)).json()).toEqual({ active: false })
  expect(lines()).toContainEqual(expect.objectContaining({ event: 'refused', code: 'ERR_TOKEN_REVOKED' }))
})

describe('the endpoints of OAuth', () => {
  test('refuse clients with a wrong secret, and those that are not known', async () => {
    const { url, ask } = await startHere(env)
    const token = await issuer.sign()
    for (const [id, secret] of [
      ['web', 'wrong'],
      ['web', ''],
      ['nobody', secrets[3]],
      ['nobody', ''],
    ] as const)
      for (const path of ['/revoke', '/introspect'])
        expect((await post(url + path, token, id, secret)).status).toBe(401)
    expect((await ask(bearer(token))).status).toBe(200)
  })

  test('show a client the tokens of others with INTROSPECTION=all only', async () => {
    const token = await issuer.sign()
    const active = async (more: Readonly<Record<string, string>>) =>
      (await post(`${(await startHere({ ...env, ...more })).url}/introspect`, token, 'api')).json()
    expect(await active({})).toEqual({ active: false })
    expect(await active({ INTROSPECTION: 'all' })).toMatchObject({ active: true })
  })

  test('are not there without CLIENTS', async () => {
    const { url } = await startHere({ ...env, CLIENTS: '' })
    for (const path of ['/revoke', '/introspect'])
      expect((await post(url + path, await issuer.sign())).status).toBe(404)
  })
})

test('a service with other settings over the same store does not start', async () => {
  await startHere(env)
  await expect(startHere({ ...env, MAX_TOKEN_LIFETIME: '12h', REVOCABLE_CLAIMS: 'tenant' })).resolves.toBeDefined()
  await expect(startHere({ ...env, HASH_IDS: 'true' })).rejects.toMatchObject({ code: 'ERR_SETTINGS_CONFLICT' })
})

test('a file of SQLite is opened, if this version of Node has SQLite, and else the message says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forward-auth-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const started = startHere({ ...env, STORE_URL: `sqlite:${folder}/revoked.db` })
  if (process.getBuiltinModule('node:sqlite') === undefined) await expect(started).rejects.toThrow('22.13')
  else expect((await fetch(`${(await started).url}/health/ready`)).status).toBe(200)
})

test('without the key set, nothing is verified, and the server is not ready', async () => {
  const { KEY: _, ...others } = env
  const { url, ask } = await startHere({ ...others, JWKS_URL: 'http://127.0.0.1:1/jwks' })
  expect(await partsOf(await fetch(`${url}/health/ready`))).toMatchObject({ status: 503, body: { reason: 'keys' } })
  expect((await ask(bearer(await issuer.sign()))).status).toBe(503)
})
