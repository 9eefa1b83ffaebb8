/** Requests that a client has made up, so that the server and its proxy understand two things. */
import { connect } from 'node:net'
import { type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createIssuer } from './support/issuer.ts'
import { startHere } from './support/started.ts'

const issuer = await createIssuer()
let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
}, 30_000)
afterAll(() => redis.stop())

/**
 * Sends a request as it is written, which `fetch` would mend. Returns the status of the answer, or
 * 431 if the server closes the connection on what it has not read.
 */
async function statusOf(url: string, path: string, fields: readonly string[] = []): Promise<number> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write([`GET ${path} HTTP/1.1`, 'Host: forward-auth', 'Connection: close', ...fields, '', ''].join('\r\n'))
  let answer = ''
  try {
    for await (const chunk of socket) answer += String(chunk)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error
    if (answer === '') return 431
  }
  return Number(/^HTTP\/1\.1 (?<status>\d{3}) /.exec(answer)?.groups?.['status'])
}

describe('the path behind /auth, which is that of the client,', () => {
  test.each([
    '/auth/../health/live',
    '/auth/../health/ready',
    '/auth/orders/../../health/live',
    '/auth/%2e%2e/health/live',
    '/auth/.%2E/health/live?a=/auth',
    '/auth/./../health/live',
    '/auth//../../health/live',
    '/auth/..;/health/live',
  ])('leads to no route that needs no token: %s', async (path) => {
    const { url } = await startHere({ ...issuer.env, STORE_URL: redis.url })
    expect(await statusOf(url, path)).toBe(401)
    expect(await statusOf(url, path, [`Authorization: Bearer ${await issuer.sign()}`])).toBe(200)
  })

  test.each([
    '/auth/..\\health/live',
    'http://forward-auth/health/live',
    '*',
    '//health/live',
    '/health/live/../../auth',
  ])('and any other form of it lets nobody pass: %s', async (path) => {
    const { url } = await startHere({ ...issuer.env, STORE_URL: redis.url })
    const authorization = `Authorization: Bearer ${await issuer.sign()}`
    for (const fields of [[], [authorization]]) expect([400, 401, 404]).toContain(await statusOf(url, path, fields))
  })
})

describe('a request', () => {
  test('with two tokens is refused, whichever of them is good', async () => {
    const { url } = await startHere({ ...issuer.env, STORE_URL: redis.url })
    const good = `Authorization: Bearer ${await issuer.sign()}`
    for (const fields of [
      [good, 'Authorization: Bearer x'],
      ['Authorization: Bearer x', good],
      [good, good],
      [good, 'authorization: Basic YTpi'],
    ])
      expect(await statusOf(url, '/auth', fields)).toBe(401)
  })

  test('with a very long token is refused', async () => {
    const { url } = await startHere({ ...issuer.env, STORE_URL: redis.url })
    for (const [length, status] of [
      [10_000, 401],
      [15_000, 401],
      [20_000, 431],
      [200_000, 431],
    ] as const)
      expect(await statusOf(url, '/auth', [`Authorization: Bearer ${'a'.repeat(length)}`])).toBe(status)
  })

  test('that says where it comes from, or what it was before, is answered as any other', async () => {
    const { url } = await startHere({ ...issuer.env, STORE_URL: redis.url })
    const forged = [
      'X-Forwarded-For: 127.0.0.1',
      'X-Forwarded-Host: login.example',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Uri: /health/live',
      'X-Original-URL: /health/live',
      'X-Original-Method: OPTIONS',
      'X-Rewrite-URL: /health/live',
      'X-HTTP-Method-Override: OPTIONS',
      'Forwarded: for=127.0.0.1;host=login.example',
      'X-Auth-Subject: admin',
    ]
    expect(await statusOf(url, '/auth', forged)).toBe(401)
    expect(await statusOf(url, '/auth', [...forged, `Authorization: Bearer ${await issuer.sign()}`])).toBe(200)
  })
})
