import { randomUUID } from 'node:crypto'
import type { FollowableStore } from '@revoked/core'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { redisStore } from '../../src/index.ts'
import { clients } from '../support/connected-clients.ts'
import { listen, revokedToken } from '../support/heard-log.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

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
    await store.record([revokedToken('a'), revokedToken('b')])
    await store.forget([revokedToken('a').key])
    await eventually(() => entries.length === 3, 'the entries arrive')
    expect(await store.read(0, position)).toMatchObject({ entries })
  })

  test('is only woken if many marks are recorded at once', async () => {
    const store = await open()
    const { entries, wakes } = await listen(store)
    const before = wakes()
    await store.record(Array.from({ length: 100 }, (_, index) => revokedToken(String(index))))
    await eventually(() => wakes() > before, 'it is woken')
    expect(entries).toEqual([])
  })
})
