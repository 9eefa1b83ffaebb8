import { createHash, randomUUID } from 'node:crypto'
import type { FollowableStore, Key, KeyedMark } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { live, localValues, mirror } from '../support/mirrors.ts'

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

/** Values that Redis stores as digests, even if it does not hash every id. */
const hashed = ['josé', 'with a space', 'x'.repeat(200), '#looks-like-a-digest', 'line\nbreak']
const keys: readonly Key[] = ['plain', ...hashed].map((value) => ({ scope: 'sub', value }))
const marks: readonly KeyedMark[] = keys.map((key) => ({ key, mark: { cutoff: 1, expiresAt: Date.now() + 60_000 } }))
const values = keys.map(({ value }) => value)

describe.each([[1], [4]])('a mirror of Redis with %i partitions', (partitions) => {
  const remote = (): FollowableStore => redisStore(client, { prefix: randomUUID(), partitions })

  test('finds the marks of values that the remote hashes, after a scan', async () => {
    const store = remote()
    await store.record(marks)
    const near = await live(mirror(store))
    expect(localValues(near, keys)).toEqual(values)
    expect(keys.map((key) => localValues(near, [key]))).toEqual(values.map((value) => [value]))
  })

  test('finds the marks of values that the remote hashes, through the log', async () => {
    const store = remote()
    const near = await live(mirror(store))
    expect(localValues(near, keys)).toEqual([])
    await store.record(marks)
    await expect.poll(() => localValues(near, keys)).toEqual(values)
    await store.forget(keys)
    await expect.poll(() => localValues(near, keys)).toEqual([])
  })
})

test('asks for the digest of a value once', async () => {
  let digests = 0
  const store = memoryStore()
  const remote: FollowableStore = {
    ...store,
    logKey: ({ scope, value }) => {
      digests++
      return { scope, value: createHash('sha256').update(value).digest('hex') }
    },
  }
  await store.record([
    { key: remote.logKey({ scope: 'sub', value: 'plain' }), mark: { cutoff: 1, expiresAt: Date.now() + 60_000 } },
  ])
  const near = await live(mirror(remote))
  expect(localValues(near, keys)).toEqual(['plain'])
  const before = digests
  localValues(near, keys)
  expect(digests).toBe(before)
})
