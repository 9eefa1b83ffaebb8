/** Servers whose Redis is killed, and comes back. */
import { eventually, startRedis } from '@revoked/testing'
import { expect, test } from 'vitest'
import { clientsEnv, post } from './support/clients.ts'
import { createIssuer } from './support/issuer.ts'
import { startHere } from './support/started.ts'

const issuer = await createIssuer()

test.each(['none', 'layered', 'mirror'])(
  'a server without its store answers 503, and recovers by itself: cache %s',
  { timeout: 60_000 },
  async (CACHE) => {
    const redis = await startRedis()
    try {
      const env = { ...issuer.env, ...clientsEnv, STORE_URL: redis.url, CACHE, MAX_STALENESS: '300ms' }
      const { ask, url, lines } = await startHere(env)
      const authorization = `Bearer ${await issuer.sign()}`
      const ready = async (): Promise<unknown> => (await fetch(`${url}/health/ready`)).json()
      const isReady = async (): Promise<boolean> => Object(await ready()).status === 'ready'
      const answers = async (status: number): Promise<boolean> => (await ask(authorization)).status === status
      await eventually(isReady, 'ready', 10_000)
      expect((await ask(authorization)).status).toBe(200)

      redis.kill('SIGKILL')
      await eventually(() => answers(503), 'refused', 10_000)
      const response = await ask(authorization)
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      expect(await response.json()).toEqual({
        error: 'temporarily_unavailable',
        error_description: 'The token could not be checked',
      })
      expect((await post(`${url}/revoke`, await issuer.sign())).status).toBe(503)
      expect(await ready()).toMatchObject({ status: 'unavailable', reason: expect.stringMatching(/store|follower/) })
      expect((await fetch(`${url}/health/live`)).status).toBe(200)

      await redis.restart()
      await eventually(() => answers(200), 'service is back', 20_000)
      await eventually(isReady, 'ready again', 20_000)
      // A line a second at most, and those of the connection.
      expect(lines().filter(({ event }) => event === 'unavailable').length).toBeLessThan(30)
    } finally {
      await redis.stop()
    }
  },
)

test('a server without its store starts all the same, and is not ready', async () => {
  const { url, ask, lines } = await startHere({ ...issuer.env, STORE_URL: 'redis://127.0.0.1:1' })
  const ready = await fetch(`${url}/health/ready`)
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'unavailable', reason: 'store' }])
  expect((await ask(`Bearer ${await issuer.sign()}`)).status).toBe(503)
  expect(lines()).toContainEqual(expect.objectContaining({ event: 'not_ready' }))
})
