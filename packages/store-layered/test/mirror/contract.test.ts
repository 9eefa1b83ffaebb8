import { randomUUID } from 'node:crypto'
import { failureCases, storeCases } from '@revoked/conformance'
import type { FollowableStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type MirroredStore, mirroredStore } from '../../src/index.ts'

/** Opens a mirror, and waits until it answers locally. */
async function live(remote: FollowableStore): Promise<MirroredStore> {
  const store = mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }), maxStaleness: '200ms' })
  await eventually(() => store.status().state === 'live', 'the mirror is live')
  return store
}

describe('over memory', () => {
  for (const { name, run } of storeCases) {
    test(name, () =>
      run({
        open: async () => {
          const store = await live(memoryStore())
          return { store, close: () => store.close() }
        },
      }),
    )
  }
})

describe('over Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  async function open(port: number, prefix: string): Promise<{ store: MirroredStore; close: () => Promise<void> }> {
    const client = new Redis({ port, enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true })
    client.on('error', () => undefined)
    await client.connect()
    const store = await live(redisStore(client, { prefix, partitions: 2, hashIds: true }))
    return {
      store,
      close: async () => {
        await store.close()
        client.disconnect()
      },
    }
  }

  /** Kills the server, and waits until nothing is answered locally any more. */
  async function breakDown(doomed: RedisServer, store: MirroredStore): Promise<void> {
    doomed.kill('SIGKILL')
    await eventually(() => store.status().state !== 'live', 'the lease has ended')
  }

  for (const { name, run } of storeCases) test(name, () => run({ open: () => open(server.port, randomUUID()) }))

  for (const { name, run } of failureCases) {
    test(name, async () => {
      const doomed = await startRedis()
      try {
        await run({
          open: async () => {
            const opened = await open(doomed.port, randomUUID())
            return { ...opened, breakDown: () => breakDown(doomed, opened.store) }
          },
        })
      } finally {
        await doomed.stop()
      }
    })
  }
})
