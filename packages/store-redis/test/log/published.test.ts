import { randomUUID } from 'node:crypto'
import type { KeyedMark } from '@revoked/core'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisStore } from '../../src/index.ts'

let server: RedisServer
let client: Redis
let subscriber: Redis
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
  subscriber = new Redis({ port: server.port })
})
afterAll(async () => {
  client.disconnect()
  subscriber.disconnect()
  await server.stop()
})

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

test('a write publishes one message, and nothing else publishes any', async () => {
  const messages: string[] = []
  subscriber.on('pmessage', (_pattern, _channel, message: string) => messages.push(message))
  await subscriber.psubscribe('*')
  /** Returns the number of messages that the call causes, on any channel. */
  const countOf = async (call: () => Promise<unknown>): Promise<number> => {
    const before = messages.length
    await call()
    const end = randomUUID()
    await client.publish('end', end)
    await eventually(() => messages.at(-1) === end, 'all messages have arrived')
    return messages.length - before - 1
  }
  const store = redisStore(client)
  const marks = Array.from({ length: 10 }, (_, index) => keyed(`${index}`))
  const keys = marks.map(({ key }) => key)
  expect(await countOf(() => store.read(0))).toBe(0)
  expect(await countOf(() => store.agree({ maxTokenLifetime: 1, clockTolerance: 0, claims: [] }))).toBe(0)
  expect(await countOf(() => store.record(marks))).toBe(1)
  expect(await countOf(() => store.record(marks))).toBe(0)
  expect(await countOf(async () => store.find(keys))).toBe(0)
  expect(await countOf(async () => (await store.read(0)).position)).toBe(0)
  expect(await countOf(() => store.forget(keys))).toBe(1)
  expect(await countOf(() => store.forget(keys))).toBe(0)
})
