import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ProbedStore } from '@revoked/core'
import { eventually, type RedisServer } from '@revoked/testing'
import { describe, expect } from 'vitest'
import { authenticatedClients, letIn, rights } from '../support/authenticated-clients.ts'
import { clients } from '../support/connected-clients.ts'
import { test } from '../support/fault-setup.ts'
import { expectEveryChange, type FollowedFeed, followFeed } from '../support/followed-feed.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

const options = { concurrent: true, timeout: 30_000 } as const

async function connectionsOn(server: RedisServer, type: 'normal' | 'pubsub'): Promise<number> {
  const list = String(await server.command('CLIENT', 'LIST', 'TYPE', type))
  return list.split('\n').filter((line) => line !== '' && !line.includes('cmd=client|list')).length
}

/** Closes the feed. Expects that no call follows, and that no connection is left. */
async function expectQuietEnd(feed: FollowedFeed, store: ProbedStore, server: RedisServer): Promise<void> {
  const told = JSON.stringify([feed.spans, feed.strays])
  await feed.connection.close()
  await store.record([
    { key: { scope: 'jti', value: 'late' }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } },
  ])
  await eventually(async () => (await connectionsOn(server, 'pubsub')) === 0, 'no subscriber is left')
  expect(JSON.stringify([feed.spans, feed.strays])).toBe(told)
  await expect(feed.connection.probe('late')).rejects.toThrow(/closed/)
}

describe.each(clients)('a feed over %s', options, (_, connect) => {
  test('opens again each time its connection is killed', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const feed = followFeed(store)
    for (let times = 1; times <= 3; times++) {
      await feed.opened(times)
      await expectEveryChange(feed, [store])
      expect(await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1)
      await eventually(() => feed.spans.at(-1)?.isClosed, 'the feed is closed')
    }
    await feed.opened(4)
    await expectEveryChange(feed, [store])
    await expectQuietEnd(feed, store, server)
  })

  test('receives an unbroken chain each time its connection is killed under load', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const feed = followFeed(store)
    const expiresAt = Date.now() + 60_000
    let isOver = false
    const load = async (): Promise<void> => {
      for (let index = 0; !isOver; index++)
        await store.record([{ key: { scope: 'jti', value: `${index}` }, mark: { cutoff: Infinity, expiresAt } }])
    }
    const loading = load()
    for (let times = 1; times <= 5; times++) {
      await feed.opened(times)
      await eventually(() => (feed.spans.at(-1)?.steps.length ?? 0) > 20, 'changes arrive')
      await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await eventually(() => feed.spans.length > times || feed.spans.at(-1)?.isClosed, 'the feed is closed')
    }
    isOver = true
    await loading
    await feed.opened(6)
    await expectEveryChange(feed, [store])
    await expectQuietEnd(feed, store, server)
  })

  test('opens again after a restart of its server, at the start of another log', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const feed = followFeed(store)
    await feed.opened(1)
    await expectEveryChange(feed, [store])
    const { epoch } = await feed.confirm()
    server.kill('SIGKILL')
    await eventually(() => feed.spans.at(-1)?.isClosed, 'the feed is closed')
    await expect(feed.connection.probe('while it is down')).rejects.toThrow()
    await server.restart()
    await feed.opened(2)
    const { epoch: another } = await feed.confirm()
    expect(another).not.toBe(epoch)
    await expectEveryChange(feed, [store])
    await expectQuietEnd(feed, store, server)
  })

  test.for(['toServer', 'toClient'] as const)(
    'that is half-open %s is replaced at once by a restart',
    async (direction, { start, proxyTo, open }) => {
      const server = await start()
      const proxy = await proxyTo(server.port)
      const [store, peer] = [await open(connect(proxy.port)), await open(connect(server.port))]
      const feed = followFeed(store)
      await feed.opened(1)
      await expectEveryChange(feed, [store, peer])
      const before = await feed.confirm()
      const connections = proxy.connections
      await proxy.refuse(true)
      proxy.halfOpen(direction)
      if (direction === 'toClient') await peer.record([missed()])
      feed.connection.restart()
      expect(feed.spans.map(({ isClosed }) => isClosed)).toEqual([true])
      // A client that quits in the regular way would wait for an answer for two seconds.
      await eventually(() => proxy.connections === connections - 1, 'the old connection is gone', 1_000)
      proxy.halfOpen('none')
      await proxy.refuse(false)
      await feed.opened(2)
      const after = await feed.confirm()
      expect(after.sequence - before.sequence).toBe(direction === 'toClient' ? 1 : 0)
      await expectEveryChange(feed, [store, peer])
      expect(proxy.connections).toBe(connections)
      await expectQuietEnd(feed, store, server)
    },
  )

  test('that hangs while it connects is replaced by a restart', async ({ start, proxyTo, open }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    const store = await open(connect(proxy.port))
    const feed = followFeed(store)
    await feed.opened(1)
    const connections = proxy.connections
    proxy.halfOpen('toClient')
    feed.connection.restart()
    await eventually(() => proxy.connections === connections, 'the feed connects without an answer')
    feed.connection.restart()
    proxy.halfOpen('none')
    feed.connection.restart()
    await feed.opened(2)
    await expectEveryChange(feed, [store])
    await eventually(() => proxy.connections === connections, 'none of the hanging connections is left')
    expect(feed.spans).toHaveLength(2)
    await expectQuietEnd(feed, store, server)
  })

  test('that is closed while it connects never opens, and leaves no connection', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const before = await connectionsOn(server, 'normal')
    for (let turns = 0; turns < 20; turns++) {
      const feed = followFeed(store)
      for (let turn = 0; turn < turns; turn++) await nextTurn()
      const told = feed.spans.length
      await feed.connection.close()
      await store.record([missed()])
      expect([feed.spans.length, feed.strays]).toEqual([told, []])
    }
    const remaining = async (): Promise<number> =>
      (await connectionsOn(server, 'normal')) + (await connectionsOn(server, 'pubsub'))
    await eventually(async () => (await remaining()) === before, 'only the client is left')
  })
})

describe.each(authenticatedClients)('a feed over %s', options, (_, connect) => {
  test('without a right to the channel opens only once the user has it', async ({ start, open }) => {
    const server = await start()
    await letIn(server, [...rights.filter((right) => !right.startsWith('&')), 'resetchannels'])
    const client = connect(server.port)
    await client.connected
    const store = await open(client)
    const feed = followFeed(store)
    // The feed was refused more than once.
    await eventually(async () => (await refusalsOn(server)) >= 2, 'the feed is refused')
    await expect(feed.connection.probe('in vain')).rejects.toThrow()
    expect([feed.spans, feed.strays]).toEqual([[], []])
    await letIn(server)
    await feed.opened(1)
    await expectEveryChange(feed, [store])
    await expectQuietEnd(feed, store, server)
  })
})

function missed(): Parameters<ProbedStore['record']>[0][number] {
  return { key: { scope: 'jti', value: 'missed' }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

/** Returns how often the server refused a command because of a missing right to a channel. */
async function refusalsOn(server: RedisServer): Promise<number> {
  const log = await server.command('ACL', 'LOG')
  if (!Array.isArray(log)) return 0
  return log
    .flatMap((entry) => (Array.isArray(entry) && entry[3] === 'channel' ? [Number(entry[1])] : []))
    .reduce((sum, count) => sum + count, 0)
}
