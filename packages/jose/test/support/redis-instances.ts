import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRevocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { redisStore } from '@revoked/store-redis'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterEach, expect } from 'vitest'
import type { TokenPair, TokenPairs } from '../../src/index.ts'
import { claimsOf, familyOf, outcomeOf, sessionTokens } from './refresh-fixtures.ts'

/** What is to be let go of after each test, the last one first. */
export const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

export async function start(args: readonly string[] = [], port?: number): Promise<RedisServer> {
  const server = await startRedis({ args, ...(port !== undefined && { port }) })
  cleanUps.push(() => server.stop())
  return server
}

/** Returns arguments for a server that keeps its data in a folder that outlives it. */
export async function durable(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'revoked-rotations-'))
  cleanUps.push(() => rm(folder, { recursive: true, force: true }))
  return ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always']
}

export async function connect(port: number): Promise<Redis> {
  const client = new Redis({
    port,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: () => 50,
  })
  // A server that is gone is the subject of a test, and no news to its clients.
  client.on('error', () => undefined)
  cleanUps.push(() => client.disconnect())
  await client.connect()
  return client
}

/** Instances with a client each; the last one answers from a local cache. */
export async function instances(port: number, grace: '0s' | '30s'): Promise<readonly TokenPairs[]> {
  const prefix = randomUUID()
  const clients = await Promise.all([0, 1, 2, 3].map(() => connect(port)))
  const stores = clients.map((client) => redisStore(client, { prefix }))
  const [last, ...others] = stores.reverse()
  if (last === undefined) throw new Error('There are four.')
  const layered = layeredStore(last)
  cleanUps.push(() => layered.close())
  await eventually(() => layered.status().state === 'live', 'the cache is live')
  return [...others, layered].map((store) =>
    sessionTokens(createRevocation({ store, maxTokenLifetime: '24h' }), { refresh: { grace } }),
  )
}

export function nth(all: readonly TokenPairs[], index: number): TokenPairs {
  const tokens = all[index % all.length]
  if (tokens === undefined) throw new RangeError('There are no instances.')
  return tokens
}

export function generationOf(pair: TokenPair): string {
  return JSON.stringify(familyOf(claimsOf(pair).refresh))
}

/** Within the bound of the cache: nobody accepts it any more. */
export async function expectRefusedEverywhere(
  all: readonly TokenPairs[],
  { accessToken, refreshToken }: TokenPair,
): Promise<void> {
  for (const tokens of all) {
    await eventually(async () => {
      const outcomes = await Promise.all([
        outcomeOf(tokens.verify(accessToken)),
        outcomeOf(tokens.verifyRefresh(refreshToken)),
      ])
      return outcomes.every((outcome) => 'code' in outcome && outcome.code === 'ERR_TOKEN_REVOKED')
    }, 'the session is refused')
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  }
}
