import { randomUUID } from 'node:crypto'
import { createRevocation, MarkExpiredError, type SharedSettings } from '@revoked/core'
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
    expect(await client.hgetall(`{${prefix}:0}:settings`)).toEqual({
      agreed: '[1,60000,1000,["tenant"],null,null]',
      partitions: '4',
      hashIds: 'false',
      format: '1',
    })
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

  test('that cannot be read reject', async () => {
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

describe('two services over one server', () => {
  const claims = () => {
    // Before any revocation of the test, whenever a second begins.
    const iat = Math.floor(Date.now() / 1_000) - 60
    return { sub: 'alice', jti: randomUUID(), iat, exp: iat + 600 }
  }

  test('keep marks for the longer maxTokenLifetime, and look up the claims of both', async () => {
    const prefix = randomUUID()
    const service = (options: object) =>
      createRevocation({ store: redisStore(client, { prefix }), maxTokenLifetime: '1h', ...options })
    await service({ maxTokenLifetime: '30d', claims: ['tenant'] }).revoke({ claim: 'tenant', value: 'acme' })
    const other = service({})
    expect(await other.check({ ...claims(), tenant: 'acme' } as object)).toMatchObject({ by: 'tenant' })
    const { expiresAt } = await other.revoke({ subject: 'alice' })
    expect(expiresAt).toBeGreaterThan(Date.now() + 29 * 86_400_000)
    expect(await client.pexpiretime(`{${prefix}:0}:sub:alice`)).toBe(expiresAt)
  })

  test('whose issuer options differ do not forget what was revoked', async () => {
    const prefix = randomUUID()
    const service = (options: object) =>
      createRevocation({ store: redisStore(client, { prefix }), maxTokenLifetime: '1h', ...options })
    await service({}).revoke({ subject: 'alice' })
    const token = { ...claims(), iss: 'https://a.example' }
    expect(await service({ issuer: '*' }).check(token)).toMatchObject({
      status: 'unavailable',
      error: { cause: { code: 'ERR_SETTINGS_CONFLICT' } },
    })
    expect(await service({ issuer: '*', alsoUnscoped: true }).check(token)).toMatchObject({ status: 'revoked' })
  })

  test.each([-3_600_000, 3_600_000])('reject a revocation by a clock that is off by %i ms', async (offset) => {
    const revocation = createRevocation({
      store: redisStore(client, { prefix: randomUUID() }),
      maxTokenLifetime: '15m',
      now: () => Date.now() + offset,
    })
    await expect(revocation.revoke({ subject: 'alice' })).rejects.toMatchObject({ code: 'ERR_CLOCK_SKEW' })
  })
})
