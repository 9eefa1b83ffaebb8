import { randomUUID } from 'node:crypto'
import type { FollowableStore, KeyedMark, LogEntry, LogSubscription } from '@revoked/core'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { redisStore } from '../../src/index.ts'
import { clients } from '../support/connected-clients.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

interface Heard {
  readonly subscription: LogSubscription
  readonly entries: readonly LogEntry[]
  readonly wakes: () => number
}

/** Subscribes to a log, and waits until the subscription is open. */
async function listen(store: FollowableStore, log = 0): Promise<Heard> {
  const entries: LogEntry[] = []
  let wakes = 0
  const subscription = store.subscribe(log, {
    entries: (more) => entries.push(...more),
    wake: () => wakes++,
  })
  onTestFinished(() => subscription.close())
  await eventually(() => subscription.status().isOpen && wakes > 0, 'the subscription is open')
  return { subscription, entries, wakes: () => wakes }
}

describe.each(clients)('a subscription over %s', (_, connect) => {
  async function open(options: Parameters<typeof redisStore>[1] = {}): Promise<FollowableStore & { prefix: string }> {
    const { client, disconnect } = await connect(server.port)
    onTestFinished(disconnect)
    const prefix = options.prefix ?? randomUUID()
    return { ...redisStore(client, { prefix, ...options }), prefix }
  }

  test('receives what a read returns', async () => {
    const store = await open()
    const { position } = await store.read(0)
    const { entries } = await listen(store)
    await store.record([keyed('a'), keyed('b')])
    await store.forget([keyed('a').key])
    await eventually(() => entries.length === 3, 'the entries arrive')
    expect(await store.read(0, position)).toMatchObject({ entries })
  })

  test('is only woken if many marks are recorded at once', async () => {
    const store = await open()
    const { entries, wakes } = await listen(store)
    const before = wakes()
    await store.record(Array.from({ length: 100 }, (_, index) => keyed(String(index))))
    await eventually(() => wakes() > before, 'it is woken')
    expect(entries).toEqual([])
  })
})
