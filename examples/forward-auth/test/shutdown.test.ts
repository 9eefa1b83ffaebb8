/** What happens to requests while the server shuts down. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createIssuer } from './support/issuer.ts'
import { startHere } from './support/started.ts'

const issuer = await createIssuer()
let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
}, 30_000)
afterAll(() => redis.stop())

/** Starts a key set that answers no request before it is released. */
async function startKeySet() {
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let requests = 0
  const server = createServer(async (_, response) => {
    requests += 1
    await released
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [issuer.publicJwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { release, requests: () => requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks` }
}

test('a request that is under way is answered, and the store stays open until then', async () => {
  const keySet = await startKeySet()
  const { KEY: _, ...env } = issuer.env
  const { ask, close, url } = await startHere({ ...env, STORE_URL: redis.url, JWKS_URL: keySet.url })
  const asked = ask(`Bearer ${await issuer.sign()}`)
  await eventually(() => keySet.requests() > 0, 'the key set is fetched')
  const closed = close()
  await eventually(async () => (await fetch(`${url}/health/live`).catch(() => undefined)) === undefined, 'closed')
  keySet.release()
  expect((await asked).status).toBe(200)
  await closed
})

test('with SHUTDOWN_DELAY, requests are answered until proxies know that it is not ready', async () => {
  const env = { ...issuer.env, STORE_URL: redis.url, SHUTDOWN_DELAY: '300ms' }
  const { ask, close, url } = await startHere(env)
  const authorization = `Bearer ${await issuer.sign()}`
  expect((await fetch(`${url}/health/ready`)).status).toBe(200)
  const closed = close()
  const ready = await fetch(`${url}/health/ready`)
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'unavailable', reason: 'draining' }])
  const answer = await ask(authorization)
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
  await closed
  await expect(ask(authorization)).rejects.toThrow()
})

test('a request that takes longer than SHUTDOWN_TIMEOUT is cut off', async () => {
  const keySet = await startKeySet()
  const { KEY: _, ...env } = issuer.env
  const more = { STORE_URL: redis.url, JWKS_URL: keySet.url, SHUTDOWN_TIMEOUT: '50ms' }
  const { ask, close } = await startHere({ ...env, ...more })
  const asked = ask(`Bearer ${await issuer.sign()}`)
  await eventually(() => keySet.requests() > 0, 'the key set is fetched')
  await Promise.all([close(), expect(asked).rejects.toThrow()])
  keySet.release()
})
