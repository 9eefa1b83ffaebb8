/** The programs of the container, as processes. */
import { startRedis } from '@revoked/testing'
import { startPostgres } from '@revoked/testing/postgres'
import { describe, expect, test } from 'vitest'
import { clientsEnv, post } from './support/clients.ts'
import { createIssuer } from './support/issuer.ts'
import { runProgram } from './support/start-process.ts'

const issuer = await createIssuer()

describe('the program', { timeout: 60_000 }, () => {
  test('names what is wrong with the environment, and exits with 1', async () => {
    const { ended, lines } = runProgram('main', { STORE_URL: 'mysql://S3CRET', AUDIENCE: 'https://api.example' })
    expect(await ended).toBe(1)
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'error', event: 'cannot_start', message: expect.stringMatching(/- ISSUER is/) }),
    ])
    expect(JSON.stringify(lines())).not.toContain('S3CRET')
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('is healthy until %s, and exits with 0', async (signal) => {
    const redis = await startRedis()
    try {
      const server = runProgram('main', { ...issuer.env, STORE_URL: redis.url })
      const { port: PORT } = new URL(await server.url())
      expect(await runProgram('healthcheck', { PORT }).ended).toBe(0)
      server.kill(signal)
      expect(await server.ended).toBe(0)
      expect(server.lines().map(({ event }) => event)).toEqual(['listening', 'draining', 'stopped'])
      expect(await runProgram('healthcheck', { PORT }).ended).toBe(1)
    } finally {
      await redis.stop()
    }
  })

  test('is not healthy without its store', async () => {
    const server = runProgram('main', { ...issuer.env, STORE_URL: 'redis://127.0.0.1:1' })
    const { port: PORT } = new URL(await server.url())
    expect(await runProgram('healthcheck', { PORT }).ended).toBe(1)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
  })
})

test('MIGRATE creates the tables of PostgreSQL, and revocations go there', { timeout: 120_000 }, async () => {
  const database = await startPostgres()
  const env = { ...issuer.env, ...clientsEnv, STORE_URL: database.url }
  try {
    const server = runProgram('main', { ...env, MIGRATE: 'true', CACHE: 'mirror' })
    const url = await server.url()
    const token = await issuer.sign()
    const ask = () => fetch(`${url}/auth`, { headers: { authorization: `Bearer ${token}` } })
    expect((await ask()).status).toBe(200)
    expect((await post(`${url}/revoke`, token)).status).toBe(200)
    expect((await ask()).status).toBe(401)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)

    const next = runProgram('main', env)
    const asked = fetch(`${await next.url()}/auth`, { headers: { authorization: `Bearer ${token}` } })
    expect((await asked).status).toBe(401)
    next.kill('SIGTERM')
    expect(await next.ended).toBe(0)
  } finally {
    await database.stop()
  }
})
