import type { FollowableStore, KeyedMark } from '@revoked/core'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisStore } from '../../src/index.ts'

let server: RedisServer
let client: Redis
let store: FollowableStore
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port, retryStrategy: () => 50 })
  client.on('error', () => undefined)
  store = redisStore(client)
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

/** More marks than the server looks at for one page. */
const count = 5_000

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 600_000 } }
}

describe('a scan', () => {
  /** Scans all marks, and pauses after the first batch. */
  async function scanAll(pause: () => Promise<void> = async () => undefined): Promise<number> {
    const values = new Set<string>()
    for await (const marks of store.scan(0)) {
      if (values.size === 0) await pause()
      for (const { key } of marks) values.add(key.value)
    }
    return values.size
  }

  test('rejects if another process of the server takes over, because marks may be missing', async () => {
    await store.record(Array.from({ length: count }, (_, index) => keyed(String(index))))
    expect(await scanAll()).toBe(count)
    const restarted = scanAll(async () => {
      await server.command('SAVE')
      await server.restart({ keepsData: true })
      await eventually(async () => (await store.find([keyed('1').key])).length === 1, 'the client is back', 10_000)
    })
    await expect(restarted).rejects.toThrow('Another server took over')
    expect(await scanAll()).toBe(count)
  }, 30_000)
})
