import { type RedisSentinels, startSentinel } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createSentinel } from 'redis'
import { afterAll, beforeAll, expect } from 'vitest'
import { diagnoseRedis } from '../../src/diagnose/index.ts'
import { inShort, saneIoredis, test } from '../support/diagnose-setup.ts'

let sentinels: RedisSentinels
let addresses: { readonly host: string; readonly port: number }[]
beforeAll(async () => {
  sentinels = await startSentinel()
  addresses = sentinels.sentinels.map(({ host, port }) => ({ host, port }))
}, 60_000)
afterAll(() => sentinels.stop())

const ofThePrimary = ['warning no-persistence', 'warning unprotected-writes']

test('asks the primary that the sentinels name, over ioredis', async ({ own }) => {
  const client = own(new Redis({ sentinels: addresses, name: sentinels.name, ...saneIoredis }))
  expect(inShort(await diagnoseRedis(client))).toEqual(ofThePrimary)
})

test('asks the primary that the sentinels name, over node-redis', async ({ own }) => {
  const client = own(createSentinel({ sentinelRootNodes: addresses, name: sentinels.name }))
  await client.connect()
  expect(inShort(await diagnoseRedis(client))).toEqual(['info unchecked', ...ofThePrimary])
})
