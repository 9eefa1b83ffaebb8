import { setTimeout as sleep } from 'node:timers/promises'
import type { RevocationStore } from '@revoked/core'
import { eventually, type FaultProxy, type RedisCluster, startCluster, startFaultProxy } from '@revoked/testing'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { presumptuousStore } from '../support/broken-stores.ts'
import { allClients, type ConnectedClient } from '../support/connected-clients.ts'
import { revocationOver, test, timeoutMs, tokenOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'
import { settled, verdictOn } from '../support/settled.ts'

guardRejections()

/** The limit for answering again, in ms: after the cut, or after the end of the fault. */
const maxUnavailableMs = 5_000

const ignoreErrors = (): void => undefined

/**
 * Checks and revokes without a pause of its own, until a check and a revocation are answered.
 * Expects that no call takes longer than its deadline meanwhile.
 */
async function expectAnswersAgain(store: RevocationStore, during: () => unknown): Promise<void> {
  const revocation = revocationOver(store)
  const token = tokenOf('revoked')
  await revocation.revoke({ token })
  await during()
  const startedAt = performance.now()
  await eventually(
    async () => {
      const revoking = settled(revocation.revoke({ token: tokenOf('new') }), timeoutMs * 5)
      const verdict = await verdictOn(revocation, token)
      return verdict.status === 'revoked' && 'value' in (await revoking)
    },
    'the store answers again',
    maxUnavailableMs,
  )
  expect(performance.now() - startedAt).toBeLessThan(maxUnavailableMs)
}

describe.each(allClients)('%s', { concurrent: true, timeout: 30_000 }, (_, connect) => {
  test('answers again after a cut that leaves connections half-open', async ({ start, proxyTo, open }) => {
    const proxy = await proxyTo((await start()).port)
    await expectAnswersAgain(await open(connect(proxy.port)), () => proxy.strand())
  })
})

test.for([
  [1_000, true],
  [4_000, false],
] as const)(
  'a server that is busy for %i ms keeps its connection: %s',
  { timeout: 30_000 },
  async ([busyMs, isKept], { start, open }) => {
    const server = await start()
    const client = new Redis({ port: server.port, maxRetriesPerRequest: 1, lazyConnect: true })
    client.on('error', ignoreErrors)
    await client.connect()
    const store = await open({ client, disconnect: () => client.disconnect() })
    const before = await client.client('ID')
    server.kill('SIGSTOP')
    const waiting = settled(Promise.resolve(store.find([{ scope: 'sub', value: 'a' }])), busyMs)
    await sleep(busyMs)
    server.kill('SIGCONT')
    await waiting
    await eventually(async () => ((await client.client('ID')) === before) === isKept, 'the connection is as expected')
  },
)

/** The clients of the README, whose settings also end a handshake that gets no reply. */
const recommended: readonly (readonly [name: string, connect: (port: number) => Promise<ConnectedClient>])[] = [
  [
    'ioredis',
    async (port) => {
      const retryStrategy = (attempt: number): number => Math.min(50 * 2 ** attempt, 1_000)
      const settings = { enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: 2_000, retryStrategy }
      const client = new Redis({ port, ...settings, lazyConnect: true })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.disconnect() }
    },
  ],
  [
    'node-redis',
    async (port) => {
      const reconnectStrategy = (retries: number): number => Math.min(50 * 2 ** retries, 1_000)
      const socket = { port, connectTimeout: 2_000, socketTimeout: 2_000, reconnectStrategy }
      const client = createClient({ socket, disableOfflineQueue: true, pingInterval: 1_000 })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.isOpen && client.destroy() }
    },
  ],
]

describe.each(recommended)(
  '%s with the settings of the README',
  { concurrent: true, timeout: 30_000 },
  (_, connect) => {
    test('answers again after a time in which new connections hang too', async ({ start, proxyTo, open }) => {
      const proxy = await proxyTo((await start()).port)
      const store = await open(connect(proxy.port))
      await expectAnswersAgain(store, async () => {
        proxy.halfOpen('both')
        const revocation = revocationOver(store)
        for (const endAt = performance.now() + 6_000; performance.now() < endAt; ) {
          await Promise.all([verdictOn(revocation, tokenOf('a')), sleep(20)])
        }
        proxy.halfOpen('none')
      })
    })
  },
)

test('a store without the watchdog is detected', { timeout: 30_000 }, async ({ start, proxyTo, open }) => {
  const proxy = await proxyTo((await start()).port)
  const client = new Redis({ port: proxy.port, enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true })
  client.on('error', ignoreErrors)
  await client.connect()
  await open({ client, disconnect: () => client.disconnect() })
  const answering = expectAnswersAgain(presumptuousStore(client), () => proxy.strand())
  await expect(answering).rejects.toThrow(/the store answers again/)
})

describe('over a cluster', { timeout: 60_000 }, () => {
  let cluster: RedisCluster
  let proxies: readonly FaultProxy[]
  beforeAll(async () => {
    cluster = await startCluster()
    proxies = await Promise.all(cluster.nodes.map(({ port }) => startFaultProxy(port)))
  }, 60_000)
  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()))
    await cluster.stop()
  })

  /** Maps the address that a node announces to that of its proxy. */
  function addresses(): Record<string, { host: string; port: number }> {
    const pairs = cluster.nodes.map(({ port }, index) => [
      `127.0.0.1:${port}`,
      { host: '127.0.0.1', port: proxies[index]?.port ?? 0 },
    ])
    return Object.fromEntries(pairs) as Record<string, { host: string; port: number }>
  }

  const clusterClients: readonly (readonly [string, () => Promise<ConnectedClient>])[] = [
    [
      'ioredis',
      async () => {
        const client = new Cluster(Object.values(addresses()), { natMap: addresses(), lazyConnect: true })
        client.on('error', ignoreErrors)
        await client.connect()
        return { client, disconnect: () => client.disconnect() }
      },
    ],
    [
      'node-redis',
      async () => {
        const rootNodes = Object.values(addresses()).map((socket) => ({ socket }))
        const client = createCluster({
          rootNodes,
          nodeAddressMap: addresses(),
          defaults: { disableOfflineQueue: true },
        })
        client.on('error', ignoreErrors)
        await client.connect()
        return { client, disconnect: () => client.destroy() }
      },
    ],
  ]

  test.for(clusterClients)('%s answers again after a cut', async ([, connect], { open }) => {
    await expectAnswersAgain(await open(connect()), () => {
      for (const proxy of proxies) proxy.strand()
    })
  })
})
