import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FollowableStore, KeyedMark } from '@revoked/core'
import { eventually, type RedisServer } from '@revoked/testing'
import { describe, expect } from 'vitest'
import { authenticatedClients, letIn, rights } from '../support/authenticated-clients.ts'
import { clients } from '../support/connected-clients.ts'
import { test } from '../support/fault-setup.ts'
import {
  expectEveryAcknowledged,
  expectEveryChange,
  expectUnbroken,
  type FollowedLog,
  followLog,
  pushesOnly,
} from '../support/followed-log.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

const options = { concurrent: true, timeout: 30_000 } as const

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

async function connectionsOn(server: RedisServer, type: 'normal' | 'pubsub'): Promise<number> {
  const list = String(await server.command('CLIENT', 'LIST', 'TYPE', type))
  return list.split('\n').filter((line) => line !== '' && !line.includes('cmd=client|list')).length
}

/** Ends the subscription. Expects that no push follows, and that no connection is left. */
async function expectQuietEnd(log: FollowedLog, store: FollowableStore, server: RedisServer): Promise<void> {
  const pushes = log.pushed.length
  log.close()
  await store.record([keyed('late')])
  await eventually(async () => (await connectionsOn(server, 'pubsub')) === 0, 'no subscriber is left')
  expect(log.pushed).toHaveLength(pushes)
}

// Nothing but pushes and wake-ups causes reads here.
describe.each(clients)('a subscription over %s', options, (_, connect) => {
  test('opens again each time its connection is killed, and pushes every change', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const log = followLog(store, pushesOnly)
    for (let times = 1; times <= 3; times++) {
      await log.opened(times)
      await expectEveryChange(log, [store])
      expect(await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1)
    }
    await log.opened(4)
    await expectEveryChange(log, [store])
    expect(log.resets).toEqual([0])
    await expectQuietEnd(log, store, server)
  })

  test('lets a follower read what was not pushed while its connection was killed', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const log = followLog(store, pushesOnly)
    const acknowledged: { readonly value: string; readonly acknowledgedAt: number }[] = []
    let isOver = false
    const load = async (): Promise<void> => {
      for (let index = 0; !isOver; index++) {
        await store.record([keyed(`${index}`)])
        acknowledged.push({ value: `${index}`, acknowledgedAt: performance.now() })
      }
    }
    await log.opened(1)
    const loading = load()
    for (let times = 1; times <= 5; times++) {
      const pushes = log.pushed.length
      await eventually(() => log.pushed.length > pushes + 20, 'changes are pushed')
      await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await log.opened(times + 1)
    }
    isOver = true
    await loading
    await expectEveryChange(log, [store])
    const values = log.applied.map(({ key }) => key.value)
    expect(values.slice(0, acknowledged.length)).toEqual(acknowledged.map(({ value }) => value))
    expect(log.pushed.length, 'pushes, some of which are lost').toBeLessThan(log.applied.length)
    expect(log.resets).toEqual([0])
    await expectQuietEnd(log, store, server)
  })

  test('opens again after a restart of its server without data, in another epoch', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const log = followLog(store, pushesOnly)
    await log.opened(1)
    await expectEveryChange(log, [store])
    server.kill('SIGKILL')
    await eventually(async () => (await store.read(0).catch(() => 'failed')) === 'failed', 'reads fail')
    await server.restart()
    await log.opened(2)
    await eventually(() => log.resets.length === 2, 'the log is read from its new beginning')
    await expectEveryChange(log, [store])
    const epochs = new Set(log.applied.map(({ position }) => position.epoch))
    expect(epochs.size).toBe(2)
    await expectQuietEnd(log, store, server)
  })

  test.for(['toServer', 'toClient'] as const)(
    'that is half-open %s is replaced at once by a restart',
    async (direction, { start, proxyTo, open }) => {
      const server = await start()
      const proxy = await proxyTo(server.port)
      const [store, peer] = [await open(connect(proxy.port)), await open(connect(server.port))]
      const log = followLog(store, pushesOnly)
      await log.opened(1)
      await expectEveryChange(log, [store, peer])
      const connections = proxy.connections
      await proxy.refuse(true)
      proxy.halfOpen(direction)
      if (direction === 'toClient') await peer.record([keyed('missed')])
      log.restart()
      // A client that quits in the regular way would wait for an answer for two seconds.
      await eventually(() => proxy.connections === connections - 1, 'the old connection is gone', 1_000)
      expect(log.applied).toHaveLength(12)
      proxy.halfOpen('none')
      await proxy.refuse(false)
      await log.opened(2)
      await expectEveryChange(log, [store, peer])
      expect(log.applied).toHaveLength(direction === 'toClient' ? 25 : 24)
      expect(log.pushed, 'what was missed is not pushed').toHaveLength(24)
      expect(proxy.connections).toBe(connections)
      await expectQuietEnd(log, store, server)
    },
  )

  test('that hangs while it connects is replaced by a restart', async ({ start, proxyTo, open }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    const store = await open(connect(proxy.port))
    const log = followLog(store, pushesOnly)
    await log.opened(1)
    const connections = proxy.connections
    proxy.halfOpen('toClient')
    log.restart()
    await eventually(() => proxy.connections === connections, 'the subscription connects without an answer')
    log.restart()
    proxy.halfOpen('none')
    log.restart()
    await log.opened(2)
    await expectEveryChange(log, [store])
    await eventually(() => proxy.connections === connections, 'none of the hanging connections is left')
    await expectQuietEnd(log, store, server)
  })

  test('that is closed while it connects pushes nothing, and leaves no connection', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const before = await connectionsOn(server, 'normal')
    for (let turns = 0; turns < 20; turns++) {
      let pushes = 0
      const subscription = store.subscribe(0, { entries: () => pushes++, wake: () => pushes++ })
      for (let turn = 0; turn < turns; turn++) await nextTurn()
      const told = pushes
      subscription.close()
      await store.record([keyed(`missed-${turns}`)])
      expect([pushes, subscription.status().isOpen]).toEqual([told, false])
    }
    const remaining = async (): Promise<number> =>
      (await connectionsOn(server, 'normal')) + (await connectionsOn(server, 'pubsub'))
    await eventually(async () => (await remaining()) === before, 'only the client is left')
  })
})

describe.each(authenticatedClients)('a subscription over %s', options, (_, connect) => {
  test('without a right to the channel opens once the user has it, and reads go on', async ({ start, open }) => {
    const server = await start()
    await letIn(server, [...rights.filter((right) => !right.startsWith('&')), 'resetchannels'])
    const client = connect(server.port)
    await client.connected
    const store = await open(client)
    const log = followLog(store)
    await eventually(() => log.resets.length === 1, 'the log is read')
    // The subscription was refused more than once.
    await eventually(async () => (await refusalsOn(server)) >= 2, 'the subscription is refused')
    const startedAt = performance.now()
    await store.record([keyed('a')])
    const acknowledgedAt = performance.now()
    await log.confirmed()
    expectEveryAcknowledged(log, [{ value: 'a', startedAt, acknowledgedAt }])
    expect(log.pushed).toEqual([])
    await letIn(server)
    await log.opened(1)
    await expectEveryChange(log, [store])
    expectUnbroken(log)
    await expectQuietEnd(log, store, server)
  })
})

/** Returns how often the server refused a command because of a missing right to a channel. */
async function refusalsOn(server: RedisServer): Promise<number> {
  const log = await server.command('ACL', 'LOG')
  if (!Array.isArray(log)) return 0
  return log
    .flatMap((entry) => (Array.isArray(entry) && entry[3] === 'channel' ? [Number(entry[1])] : []))
    .reduce((sum, count) => sum + count, 0)
}
