import { createRevocation } from '@revoked/core'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { readRedisSettings } from '../../src/diagnose/index.ts'
import { redisStore } from '../../src/index.ts'

test('reads what services have agreed on under a prefix, and writes nothing', async () => {
  const server = await startRedis()
  const client = new Redis(server.url, { maxRetriesPerRequest: 1 })
  onTestFinished(async () => {
    client.disconnect()
    await server.stop()
  })
  expect(await readRedisSettings(client)).toBeUndefined()
  expect(await client.dbsize()).toBe(0)
  const store = redisStore(client, { prefix: 'shop', partitions: 4, hashIds: true })
  await createRevocation({ store, maxTokenLifetime: '1h', claims: ['client_id'] }).ready()
  expect(await readRedisSettings(client)).toBeUndefined()
  expect(await readRedisSettings(client, { prefix: 'shop' })).toMatchObject({
    maxTokenLifetime: 3_600_000,
    claims: ['client_id'],
    partitions: 4,
    hashIds: true,
  })
})
