import type { FollowableStore, RevocationStore } from '@revoked/core'
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

/** Fails at once while there is no connection, and sends nothing again. */
async function failing(port: number): Promise<ConnectedClient> {
  const client = createClient({ socket: { port }, disableOfflineQueue: true })
  client.on('error', () => undefined)
  await client.connect()
  return { client, disconnect: () => client.isOpen && client.destroy() }
}

/** Longer than a write is tried again: what was acknowledged too early is lost by then. */
const outageMs = 1_500

/** Takes the server away for some calls, and gives it back. It loses nothing. */
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
  readonly open: (connecting: Promise<ConnectedClient>) => Promise<FollowableStore>
}

/** What a service over such a store comes through while its network is down. */
async function outlive(
  { port, proxyTo, open }: Network,
  storeOver: (store: RevocationStore) => RevocationStore,
): Promise<FaultRun> {
  const proxies = [await proxyTo(port), await proxyTo(port)]
  const stores = await Promise.all(proxies.map((proxy) => open(failing(proxy.port))))
  return undergo(stores.map(storeOver), outage(proxies))
}

describe('an faultRun', { concurrent: true, timeout: 30_000 }, () => {
  test('acquits a store that keeps its promises', async ({ start, proxyTo, open }) => {
    const { port } = await start()
    const faultRun = await outlive({ port, proxyTo, open }, (store) => store)
    for (const expectIt of [expectSettled, expectNoneMissed, expectOneFirst, expectRecovered]) expectIt(faultRun)
    expect(faultRun.load.tally().checksUnavailable).toBeGreaterThan(0)
  })

  test('detects a store that takes an error for nothing recorded', async ({ start, proxyTo, open }) => {
    const { port } = await start()
    const faultRun = await outlive({ port, proxyTo, open }, swallowingStore)
    expect(() => expectNoneMissed(faultRun)).toThrow(/are missed/)
  })

  test('detects a store that acknowledges before the reply', async ({ start, proxyTo, open }) => {
    const { port } = await start()
    const faultRun = await outlive({ port, proxyTo, open }, hastyStore)
    expect(() => expectNoneMissed(faultRun)).toThrow(/are missed/)
  })

  test('detects a store that tells everybody to be first', async ({ start, proxyTo, open }) => {
    const { port } = await start()
    const client = new Redis({ port, lazyConnect: true })
    await client.connect()
    const faultRun = await outlive({ port, proxyTo, open }, () => presumptuousStore(client))
    client.disconnect()
    expect(() => expectOneFirst(faultRun)).toThrow(/first/)
  })
})

type Change = Parameters<Parameters<FollowableStore['follow']>[1]['changed']>[0]

describe('a followed feed', { concurrent: true, timeout: 30_000 }, () => {
  test.for<readonly [what: string, tell: (change: Change, tell: (change: Change) => void) => void]>([
    [
      'tells a change twice',
      (change, tell) => {
        tell(change)
        tell(change)
      },
    ],
    ['leaves a change out', (change, tell) => change.position.sequence % 7 !== 0 && tell(change)],
    [
      'tells two changes in the wrong order',
      (change, tell) => (change.position.sequence % 7 === 0 ? void setTimeout(tell, 100, change) : tell(change)),
    ],
    ['tells of another change before than it should', (change, tell) => tell({ ...change, previousTip: 'other' })],
  ])('is convicted where it %s', async ([, distort], { start, open }) => {
    const server = await start()
    const store = await open(failing(server.port))
    const distorted: FollowableStore = {
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
