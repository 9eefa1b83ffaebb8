import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redisStore } from '@revoked/store-redis'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Expectation, passes, passesDegraded, revoked, unavailable } from './expectations.ts'
import type { Framework, RunningServer } from './framework.ts'
import { createIssuer, type Issuer, secrets } from './setup.ts'
import { noteUnhandledRejections } from './unhandled-rejections.ts'

/** A request, and what may come back for it while the store comes and goes. */
interface Attempt {
  readonly path: '/closed' | '/open'
  readonly token: string
  readonly allowed: readonly Expectation[]
}

interface Bearers {
  readonly active: readonly string[]
  readonly revoked: readonly string[]
}

const requests = 1_000
/** So many answers are in when Redis is killed. */
const answeredBefore = 250

/**
 * Redis dies in the middle of a thousand concurrent requests, and comes back with what it had
 * stored.
 */
export function describeOutage({ name, start }: Framework): void {
  describe(name, () => {
    const unhandled = noteUnhandledRejections()
    let folder: string
    let redis: RedisServer
    let client: Redis
    let issuer: Issuer
    let server: RunningServer

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'revoked-outage-'))
      redis = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', folder] })
      client = new Redis(redis.url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy: () => 50 })
      client.on('error', () => {})
      await eventually(() => client.status === 'ready', 'connected')
      issuer = createIssuer(redisStore(client), '1s')
      server = await start(issuer.options)
    }, 30_000)
    afterAll(async () => {
      await server.close()
      client.disconnect()
      await redis.stop()
      await rm(folder, { recursive: true })
    })

    test('every request is answered as the table says, and service recovers by itself', {
      timeout: 30_000,
    }, async () => {
      const bearers = await issueTokens(issuer)
      const attempts = Array.from({ length: requests }, (_, index) => attemptOf(bearers, index))
      let answered = 0
      const statuses = await Promise.all(
        attempts.map(async (attempt) => {
          const status = await perform(server.url, attempt)
          answered += 1
          if (answered === answeredBefore) redis.kill('SIGKILL')
          return status
        }),
      )
      // In the middle, indeed: some were answered before, and some after.
      expect(new Set(statuses)).toEqual(new Set([200, 401, 503]))
      expect(issuer.outagesTold.length).toBe(statuses.filter((status) => status === 503).length)

      await redis.restart()
      const [first = ''] = bearers.active
      const ask = () => fetch(`${server.url}/closed`, { headers: { authorization: `Bearer ${first}` } })
      await eventually(async () => (await ask()).status === 200, 'service is back', 10_000)
      for (const token of bearers.active) await perform(server.url, { path: '/closed', token, allowed: [passes] })
      for (const token of bearers.revoked) await perform(server.url, { path: '/open', token, allowed: [revoked] })
      expect(await unhandled()).toEqual([])
    })
  })
}

async function issueTokens({ tokens }: Issuer): Promise<Bearers> {
  const issued = await Promise.all(
    Array.from({ length: 40 }, () => tokens.issue({ sub: secrets.subject, sid: crypto.randomUUID() })),
  )
  const bearers = { active: issued.slice(0, 20), revoked: issued.slice(20) }
  await Promise.all(bearers.revoked.map((token) => tokens.revoke(token)))
  return bearers
}

function attemptOf(bearers: Bearers, index: number): Attempt {
  const isRevoked = index % 2 === 1
  const path = index % 4 < 2 ? '/closed' : '/open'
  const tokens = isRevoked ? bearers.revoked : bearers.active
  const degraded = path === '/open' ? passesDegraded : unavailable
  return { path, token: tokens[index % tokens.length] ?? '', allowed: [isRevoked ? revoked : passes, degraded] }
}

/** Its status, which with headers and body is one of those that are allowed. */
async function perform(url: string, { path, token, allowed }: Attempt): Promise<number> {
  const response = await fetch(url + path, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  })
  const body: unknown = await response.json()
  const headers = {
    'www-authenticate': response.headers.get('www-authenticate') ?? undefined,
    'retry-after': response.headers.get('retry-after') ?? undefined,
  }
  expect(allowed).toContainEqual({ status: response.status, headers, body })
  return response.status
}
