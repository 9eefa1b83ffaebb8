import { randomUUID } from 'node:crypto'
import { createRevocation, type FollowableStore, type Revocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type LayeredStore, layeredStore, type MirroredStore, mirroredStore } from '../src/index.ts'

let server: RedisServer
let client: Redis
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

const caches: readonly (readonly [string, (remote: FollowableStore) => LayeredStore | MirroredStore])[] = [
  ['a layered store', (remote) => layeredStore(remote)],
  ['a mirrored store', (remote) => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }) })],
]

describe.each(caches)('%s in front of a store that hashes ids', (_, cacheOf) => {
  async function open(): Promise<{ readonly near: Revocation; readonly far: Revocation; readonly prefix: string }> {
    const prefix = randomUUID()
    const remote = (): FollowableStore => redisStore(client, { prefix, hashIds: true })
    const cache = cacheOf(remote())
    onTestFinished(() => cache.close())
    await eventually(() => cache.status().state === 'live', 'the cache is live')
    const over = (store: FollowableStore | typeof cache): Revocation =>
      createRevocation({ store, maxTokenLifetime: '1h' })
    return { near: over(cache), far: over(remote()), prefix }
  }

  const iat = Math.floor(Date.now() / 1_000) - 60
  const claimsOf = (sid: string): object => ({ sub: 'ada', sid, iat, exp: iat + 600 })

  test.each([
    ['here', ({ near }: Awaited<ReturnType<typeof open>>) => near],
    ['elsewhere', ({ far }: Awaited<ReturnType<typeof open>>) => far],
  ])('lets the exempt session of a revocation %s pass, and no other', async (_, revokerOf) => {
    const opened = await open()
    const { near, far, prefix } = opened
    for (const sid of ['phone', 'laptop']) expect(await near.check(claimsOf(sid))).toMatchObject({ status: 'active' })
    await revokerOf(opened).revoke({ subject: 'ada' }, { except: claimsOf('phone') })
    await eventually(async () => (await near.check(claimsOf('laptop'))).status === 'revoked', 'the laptop is refused')
    for (const revocation of [near, far]) {
      expect(await revocation.check(claimsOf('phone'))).toMatchObject({ status: 'active' })
      expect(await revocation.check(claimsOf('laptop'))).toMatchObject({ status: 'revoked' })
    }
    const [key = ''] = await client.keys(`{${prefix}:0}:sub:*`)
    expect(await client.get(key)).not.toContain('phone')
  })
})
