import { randomUUID } from 'node:crypto'
import { createRevocation, type FollowableStore, type LogPosition } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { layeredStore, mirroredStore } from '../src/index.ts'

let server: RedisServer
let client: Redis
let prefix: string
let remote: FollowableStore
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
})
beforeEach(() => {
  prefix = randomUUID()
  remote = redisStore(client, { prefix })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

const expiresAt = Date.now() + 600_000
const alice = { scope: 'sub', value: 'alice' } as const
const bob = { scope: 'sub', value: 'bob' } as const
const marked = (key: typeof alice | typeof bob) => ({ key, mark: { cutoff: Infinity, expiresAt } })

async function publish(...texts: readonly string[]): Promise<void> {
  const pipeline = client.pipeline()
  for (const text of texts) pipeline.publish(`{${prefix}:0}:changes@0`, text)
  await pipeline.exec()
}

/** Returns a message that revokes a key at the next position. */
function forged({ epoch, sequence }: LogPosition, tip: string, name: string): string {
  return ['entries', epoch, sequence, tip, 'next', name, `[1,null,${expiresAt}]`].join('\n')
}

/** Counts the reads of the log, which trim first. */
async function reads(): Promise<number> {
  return Number(/cmdstat_xtrim:calls=(\d+)/.exec(await client.info('commandstats'))?.[1])
}

/** A bound within which no regular read happens during a test. */
const maxStaleness = '60s'

const caches = [
  ['a layered store', () => layeredStore(remote, { maxStaleness })],
  ['a mirror', () => mirroredStore(remote, { local: () => memoryStore(), maxStaleness })],
] as const

describe.each(caches)('%s', (_, open) => {
  async function opened() {
    const store = open()
    onTestFinished(() => store.close())
    await createRevocation({ store, maxTokenLifetime: '1h' }).ready()
    await eventually(() => store.status().state === 'live' && store.status().isSubscribed, 'the store is live')
    expect(await store.find([alice, bob])).toEqual([])
    const { position } = await remote.read(0)
    return { store, position }
  }

  test('counts messages that do not belong to the log, and does nothing else', async () => {
    const { store, position } = await opened()
    const before = await reads()
    await publish('garbage', forged({ ...position, epoch: 'other' }, position.tip, 'sub:alice'), 'wake\nother')
    await publish(forged(position, position.tip, 'forged:alice'))
    await eventually(() => store.status().ignoredMessages === 4, 'the messages arrive')
    expect(store.find([alice])).toEqual([])
    expect(store.status()).toMatchObject({ state: 'live', isSubscribed: true, gaps: 0, lastFailure: undefined })
    expect(await reads()).toBe(before)
  })

  test('believes no entry that does not follow the last one', async () => {
    const { store, position } = await opened()
    await publish(forged(position, 'forged', 'sub:alice'))
    await eventually(() => store.status().gaps === 1, 'the message arrives')
    expect(await store.find([alice])).toEqual([])
    await remote.record([marked(bob)])
    await eventually(() => (store.find([bob]) as readonly unknown[]).length === 1, 'a real entry arrives')
    expect(await store.find([alice, bob])).toEqual([marked(bob)])
  })

  test('reads a few times only, however many messages do not fit', async () => {
    const { store, position } = await opened()
    const before = await reads()
    for (let sent = 0; sent < 20_000; sent += 1_000) {
      const texts = Array.from({ length: 1_000 }, (_, n) => forged(position, 'forged', `sub:${sent + n}`))
      await publish(...texts, `wake\n${position.epoch}`)
      await eventually(() => store.status().gaps >= sent + 1_000, 'the messages arrive')
    }
    // Each read that brings nothing doubles the pause before the next one, from 20 ms.
    expect((await reads()) - before).toBeLessThan(15)
    expect(store.status()).toMatchObject({ state: 'live', isSubscribed: true, ignoredMessages: 0 })
  })

  test('applies an entry that follows the last one', async () => {
    const { store, position } = await opened()
    await publish(forged(position, position.tip, 'sub:alice'))
    await eventually(() => (store.find([alice]) as readonly unknown[]).length === 1, 'the entry is applied')
  })
})
