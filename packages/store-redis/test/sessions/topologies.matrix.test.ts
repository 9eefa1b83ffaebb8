import { randomUUID } from 'node:crypto'
import type { SessionStore } from '@revoked/core/sessions'
import {
  nameOf,
  type RedisCluster,
  type RedisSentinels,
  redisServers,
  startCluster,
  startSentinel,
} from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { portOf } from '../../src/clients/detect-client.ts'
import { slotOf } from '../../src/clients/slots.ts'
import { redisSessions } from '../../src/index.ts'
import { type ConnectedClient, clusterClients, sentinelClients } from '../support/connected-clients.ts'
import { replicated } from '../support/nodes.ts'
import { sessionOf } from '../support/sessions.ts'
import { useSessions } from '../support/whole-sessions.ts'

const { binaries } = await redisServers()

/** Opens a store over a client, for a use. */
async function withStore(
  connecting: Promise<ConnectedClient>,
  use: (store: SessionStore, prefix: string) => Promise<void>,
): Promise<void> {
  const { client, disconnect } = await connecting
  const prefix = randomUUID()
  try {
    await use(redisSessions(client, { prefix }), prefix)
  } finally {
    disconnect()
  }
}

describe.each(binaries.map((binary) => [nameOf(binary), binary] as const))('%s, Cluster', (_server, binary) => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster({ binary })
  }, 60_000)
  afterAll(() => cluster.stop())
  const port = (): number => cluster.nodes[0]?.port ?? 0

  describe.each(clusterClients)('%s', (_client, connect) => {
    test('every call has its result', () => withStore(connect(port()), (store) => useSessions(store)))

    test('the connection to a node is watched once, for however many subjects', async () => {
      const { client, disconnect } = await connect(port())
      const { nodeOf } = portOf(client)
      const names = Array.from({ length: 1_000 }, (_, index) => nodeOf(`{sessions:${index}}:open`))
      expect(new Set(names).size).toBe(3)
      expect(new Set(names)).not.toContain('')
      disconnect()
    })

    test('subjects on all nodes are found in one turn', () =>
      withStore(connect(port()), async (store) => {
        const sessions = Array.from({ length: 100 }, (_, index) => sessionOf(`user-${index}`))
        await Promise.all(sessions.map((session) => store.open(session)))
        expect(await store.find(sessions)).toEqual(sessions.map(({ usedAt, idleMs }) => usedAt + idleMs))
      }))

    test(
      'a slot that moves loses no session, and answers checks meanwhile',
      () =>
        withStore(connect(port()), async (store, prefix) => {
          const [session, closed] = [sessionOf('ada'), sessionOf('ada')]
          await store.open(session)
          await store.open(closed)
          await store.close('ada', [closed.id])
          const slot = slotOf(`{${prefix}:ada}:open`)
          const owner = await cluster.primaryOfSlot(slot)
          const target = cluster.primaries.find(({ port }) => port !== owner.port) ?? owner
          const expected = [session.usedAt + session.idleMs, undefined]
          await cluster.migrateSlot(slot, target, async () => {
            expect(await store.find([session, closed])).toEqual(expected)
          })
          expect(await store.find([session, closed])).toEqual(expected)
          expect(await store.list('ada')).toEqual([session])
          expect(await store.touch({ ...session, usedAt: session.usedAt + 1 })).toMatchObject({ id: session.id })
        }),
      30_000,
    )
  })
})

describe('Sentinel', () => {
  let group: RedisSentinels
  beforeAll(async () => {
    group = await startSentinel()
  }, 60_000)
  afterAll(() => group.stop())
  const port = (): number => group.sentinels[0]?.port ?? 0

  test.each(sentinelClients('revoked-main'))('every call has its result: %s', (_client, connect) =>
    withStore(connect(port()), (store) => useSessions(store)),
  )

  test(
    'a crash loses no session that a replica has, and a retry restores the others',
    () =>
      withStore(failoverClient(port()), async (store, prefix) => {
        const sessions = Array.from({ length: 1_000 }, () => sessionOf('ada'))
        const [before, during] = [sessions.slice(0, 500), sessions.slice(500)]
        await Promise.all(before.map((session) => store.open(session)))
        await replicated(await group.primary(), `{${prefix}:replicated}`, 2)
        const opening = Promise.allSettled(during.map((session) => store.open(session)))
        await group.failover('kill')
        await opening
        await expect.poll(() => store.count('ada').catch(() => -1), { timeout: 20_000 }).toBeGreaterThanOrEqual(500)
        const found = await store.find(before)
        expect(found).toEqual(before.map(({ usedAt, idleMs }) => usedAt + idleMs))
        // Whoever repeats what was lost opens nothing twice.
        for (const session of sessions) expect(await store.open(session)).toEqual({ opened: true })
        expect(await store.count('ada')).toBe(1_000)
      }),
    90_000,
  )

  async function failoverClient(sentinel: number): Promise<ConnectedClient> {
    const [first] = sentinelClients('revoked-main')
    if (first === undefined) throw new Error('No client.')
    return await first[1](sentinel)
  }
})
