import { randomUUID } from 'node:crypto'
import type { FollowableStore } from '@revoked/core'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisStore } from '../../src/index.ts'
import { authenticatedClients, letIn, rights } from '../support/authenticated-clients.ts'
import { clients } from '../support/connected-clients.ts'
import { allHear, allOpen, hear, hearAll } from '../support/heard-log.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

const partitions = 16

async function start(): Promise<RedisServer> {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  return server
}

/** Returns the ids of the connections that subscribe. */
async function subscribers(server: RedisServer): Promise<readonly string[]> {
  return String(await server.command('CLIENT', 'LIST', 'TYPE', 'pubsub')).match(/^id=\d+/gm) ?? []
}

describe.each(clients)('the subscriptions to 16 logs over %s', (_, connect) => {
  async function open(server: RedisServer): Promise<FollowableStore> {
    const { client, disconnect } = await connect(server.port)
    onTestFinished(disconnect)
    return redisStore(client, { prefix: randomUUID(), partitions })
  }

  test('share one connection, until the last of them is closed', async () => {
    const server = await start()
    const store = await open(server)
    const heard = hearAll(store)
    await allOpen(heard)
    const [only, ...others] = await subscribers(server)
    expect(others).toEqual([])
    await allHear(store, heard)
    for (const { subscription } of heard.slice(1)) subscription.close()
    expect(await subscribers(server)).toEqual([only])
    const again = hear(store, 5)
    await allOpen([again])
    expect(await subscribers(server)).toEqual([only])
    again.subscription.close()
    heard[0]?.subscription.close()
    await eventually(async () => (await subscribers(server)).length === 0, 'the connection is closed')
  })

  test('move to one new connection when one of them restarts', async () => {
    const server = await start()
    const store = await open(server)
    const heard = hearAll(store)
    await allOpen(heard)
    const [before] = await subscribers(server)
    heard[3]?.subscription.restart()
    expect(heard.filter(({ subscription }) => subscription.status().isOpen)).toEqual([])
    await allOpen(heard)
    const after = await eventually(async () => {
      const ids = await subscribers(server)
      return !ids.includes(before ?? '') && ids
    }, 'the old connection is gone')
    expect(after).toHaveLength(1)
    await allHear(store, heard)
    expect(heard.map(({ subscription }) => subscription.status().lastFailure)).toEqual(heard.map(() => undefined))
  })

  test.for([
    ['is killed', (server: RedisServer) => server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')],
    ['ends with its server, which starts again', (server: RedisServer) => server.restart()],
  ] as const)('are made again, over one connection, when it %s', async ([, fault]) => {
    const server = await start()
    const store = await open(server)
    const heard = hearAll(store)
    await allOpen(heard)
    const wakes = heard.map((log) => log.wakes())
    await fault(server)
    await eventually(() => heard.every((log, index) => log.wakes() > (wakes[index] ?? 0)), 'all are woken', 10_000)
    await allOpen(heard)
    expect(await subscribers(server)).toHaveLength(1)
    expect(heard[0]?.subscription.status().lastFailure).toBeInstanceOf(Error)
    await allHear(store, heard)
  })
})

describe.each(authenticatedClients)('a subscription over %s', (_, connect) => {
  const withoutChannel = rights.filter((right) => !right.startsWith('&'))

  test('names a missing right to the channel, and is made when the right is granted', async () => {
    const server = await start()
    await letIn(server, withoutChannel)
    const client = connect(server.port)
    onTestFinished(client.disconnect)
    await client.connected
    const store = redisStore(client.client)
    const heard = hear(store)
    const failure = await eventually(() => heard.subscription.status().lastFailure, 'the failure is reported')
    expect(String(failure)).toContain('NOPERM')
    expect(heard.subscription.status().isOpen).toBe(false)
    await letIn(server)
    await allHear(store, [heard])
    expect(heard.subscription.status()).toMatchObject({ isOpen: true, lastFailure: failure })
  })

  test('names the right when it is withdrawn', async () => {
    const server = await start()
    await letIn(server)
    const client = connect(server.port)
    onTestFinished(client.disconnect)
    await client.connected
    const heard = hear(redisStore(client.client))
    await allOpen([heard])
    await letIn(server, withoutChannel)
    await eventually(() => /NOPERM/.test(String(heard.subscription.status().lastFailure)), 'the failure is reported')
    expect(heard.subscription.status().isOpen).toBe(false)
  })
})
