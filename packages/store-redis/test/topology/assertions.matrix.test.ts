import type { ProbedStore, RevocationStore } from '@revoked/core'
import { eventually, type FaultProxy } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect } from 'vitest'
import { expectNoneMissed, expectOneFirst, expectRecovered, expectSettled } from '../support/assertions.ts'
import { hastyStore, presumptuousStore, swallowingStore } from '../support/broken-stores.ts'
import type { ConnectedClient } from '../support/connected-clients.ts'
import { type FaultRun, type Gap, noGap, undergo } from '../support/fault-run.ts'
import { test } from '../support/fault-setup.ts'
import { expectEveryChange, followFeed } from '../support/followed-feed.ts'
import type { Load } from '../support/load.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

/** Returns a client that fails at once without a connection, and resends nothing. */
async function failing(port: number): Promise<ConnectedClient> {
  const client = createClient({ socket: { port }, disableOfflineQueue: true })
  client.on('error', () => undefined)
  await client.connect()
  return { client, disconnect: () => client.isOpen && client.destroy() }
}

/**
 * The length of the outage. It exceeds the retries of a write, so that a premature acknowledgement
 * is lost.
 */
const outageMs = 1_500

/** Interrupts the network for some calls. The server loses nothing. */
const outage =
  (proxies: readonly FaultProxy[]) =>
  async ([load]: readonly Load[]): Promise<Gap> => {
    const calls = (): number => Object.values(load?.tally() ?? {}).reduce((sum, count) => sum + count, 0)
    await Promise.all(proxies.map((proxy) => proxy.refuse(true)))
    const before = calls()
    for (const proxy of proxies) proxy.cut()
    const cutAt = performance.now()
    const isLongEnough = (): boolean => performance.now() > cutAt + outageMs
    await eventually(() => isLongEnough() && calls() > before + 100, 'calls settle during the outage', 10_000)
    await Promise.all(proxies.map((proxy) => proxy.refuse(false)))
    return noGap
  }

interface Network {
  readonly port: number
  readonly proxyTo: (port: number) => Promise<FaultProxy>
  readonly open: (connecting: Promise<ConnectedClient>) => Promise<ProbedStore>
}

/** Returns the results of a service over such a store during an outage of its network. */
async function outlive(
  { port, proxyTo, open }: Network,
  storeOver: (store: RevocationStore) => RevocationStore,
): Promise<FaultRun> {
  const proxies = [await proxyTo(port), await proxyTo(port)]
  const stores = await Promise.all(proxies.map((proxy) => open(failing(proxy.port))))
  return undergo(stores.map(storeOver), outage(proxies))
}

describe('a fault run', { concurrent: true, timeout: 30_000 }, () => {
  test('finds no fault in a store that keeps its guarantees', async ({ start, proxyTo, open }) => {
    const { port } = await start()
    const faultRun = await outlive({ port, proxyTo, open }, (store) => store)
    for (const expectIt of [expectSettled, expectNoneMissed, expectOneFirst, expectRecovered]) expectIt(faultRun)
    expect(faultRun.load.tally().checksUnavailable).toBeGreaterThan(0)
  })

  test('detects a store that takes an error for an absent mark', async ({ start, proxyTo, open }) => {
    const { port } = await start()
    const faultRun = await outlive({ port, proxyTo, open }, swallowingStore)
    expect(() => expectNoneMissed(faultRun)).toThrow(/are missed/)
  })

  test('detects a store that acknowledges before the reply', async ({ start, proxyTo, open }) => {
    const { port } = await start()
    const faultRun = await outlive({ port, proxyTo, open }, hastyStore)
    expect(() => expectNoneMissed(faultRun)).toThrow(/are missed/)
  })

  test('detects a store that answers every caller that it was first', async ({ start, proxyTo, open }) => {
    const { port } = await start()
    const client = new Redis({ port, lazyConnect: true })
    await client.connect()
    const faultRun = await outlive({ port, proxyTo, open }, () => presumptuousStore(client))
    client.disconnect()
    expect(() => expectOneFirst(faultRun)).toThrow(/first/)
  })
})

type Change = Parameters<Parameters<ProbedStore['follow']>[1]['changed']>[0]

describe('a followed feed', { concurrent: true, timeout: 30_000 }, () => {
  test.for<readonly [what: string, tell: (change: Change, tell: (change: Change) => void) => void]>([
    [
      'delivers a change twice',
      (change, tell) => {
        tell(change)
        tell(change)
      },
    ],
    ['omits a change', (change, tell) => change.position.sequence % 7 !== 0 && tell(change)],
    [
      'delivers two changes in the wrong order',
      (change, tell) => (change.position.sequence % 7 === 0 ? void setTimeout(tell, 100, change) : tell(change)),
    ],
    ['names another change as the previous one', (change, tell) => tell({ ...change, previousTip: 'other' })],
  ])('fails the check if it %s', async ([, distort], { start, open }) => {
    const server = await start()
    const store = await open(failing(server.port))
    const distorted: ProbedStore = {
      ...store,
      follow: (log, follower) =>
        store.follow(log, { ...follower, changed: (change) => distort(change, follower.changed) }),
    }
    const feed = followFeed(distorted)
    await feed.opened(1)
    await expect(expectEveryChange(feed, [store])).rejects.toThrow()
    await feed.connection.close()
  })
})
