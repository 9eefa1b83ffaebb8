import { randomUUID } from 'node:crypto'
import { MarkExpiredError, type SharedSettings } from '@revoked/core'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisStore } from '../../src/index.ts'

let server: RedisServer
let client: Redis
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port, enableOfflineQueue: true })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

const settings: SharedSettings = { maxTokenLifetime: 60_000, clockTolerance: 1_000, claims: ['tenant'] }

describe('settings in Redis', () => {
  test('are one hash beside the marks, in the first partition', async () => {
    const prefix = randomUUID()
    await redisStore(client, { prefix, partitions: 4 }).agree(settings)
    expect(await client.keys(`{${prefix}:*}:*`)).toEqual([`{${prefix}:0}:settings`])
    expect(await client.hgetall(`{${prefix}:0}:settings`)).toEqual({ agreed: '[1,60000,1000,["tenant"],null,null]' })
  })

  test('are read and not written again if nothing is new', async () => {
    const prefix = randomUUID()
    await redisStore(client, { prefix }).agree(settings)
    const calls = async (): Promise<string | undefined> =>
      /cmdstat_hset:calls=(\d+)/.exec(await client.info('commandstats'))?.[1]
    const before = await calls()
    await redisStore(client, { prefix }).agree({ ...settings, claims: [] })
    expect(await calls()).toBe(before)
  })

  test('that are no settings reject', async () => {
    const prefix = randomUUID()
    await client.hset(`{${prefix}:0}:settings`, 'agreed', 'S3CRET')
    const error: unknown = await redisStore(client, { prefix })
      .agree(settings)
      .catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'ERR_CORRUPT_MARK' })
    expect(String(error)).not.toContain('S3CRET')
    await client.set(`{${prefix}-b:0}:settings`, 'a string')
    await expect(redisStore(client, { prefix: `${prefix}-b` }).agree(settings)).rejects.toThrow('WRONGTYPE')
  })
})

test('an expired mark rejects, whatever the clock of the client says', async () => {
  const store = redisStore(client, { prefix: randomUUID() })
  const [seconds] = await client.time()
  const mark = { cutoff: Infinity, expiresAt: Number(seconds) * 1_000 }
  await expect(store.record([{ key: { scope: 'jti', value: 'a' }, mark }])).rejects.toThrow(MarkExpiredError)
})
