import type { FollowableStore, LogEntry, LogPosition, LogRead, RevocationStore } from '@revoked/core'
import { eventually, type FaultProxy } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect } from 'vitest'
import {
  expectAllRead,
  expectNoneMissed,
  expectOneFirst,
  expectReadOn,
  expectRecovered,
  expectSettled,
} from '../support/assertions.ts'
import { hastyStore, presumptuousStore, swallowingStore } from '../support/broken-stores.ts'
import type { ConnectedClient } from '../support/connected-clients.ts'
import { type FaultRun, type FollowedFaultRun, type Gap, noGap, undergo } from '../support/fault-run.ts'
import { test, tokenOf } from '../support/fault-setup.ts'
import { expectEveryChange, expectUnbroken, type FollowedLog, followLog } from '../support/followed-log.ts'
import type { Load, Round } from '../support/load.ts'
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
  readonly open: (connecting: Promise<ConnectedClient>) => Promise<FollowableStore>
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

interface Distortion {
  readonly push?: (entries: readonly LogEntry[], push: (entries: readonly LogEntry[]) => void) => void
  readonly read?: (page: LogRead, after: LogPosition | undefined) => LogRead
}

/** Returns the store with distorted pushes, or with distorted reads and bare wake-ups. */
function distorted(store: FollowableStore, { push, read = (page) => page }: Distortion): FollowableStore {
  return {
    ...store,
    read: async (log, after) => read(await store.read(log, after), after),
    subscribe: (log, listener) =>
      store.subscribe(log, {
        ...listener,
        entries: (entries) => (push === undefined ? listener.wake() : push(entries, listener.entries)),
      }),
  }
}

/** Distorts the entries of a page. */
const entriesOf =
  (distort: (entry: LogEntry) => readonly LogEntry[]) =>
  (page: LogRead): LogRead =>
    page.reset ? page : { ...page, entries: page.entries.flatMap(distort) }

function isSeventh({ position }: LogEntry): boolean {
  return position.sequence % 7 === 0
}

/** Records some marks, and waits until they must have been read. */
async function acknowledge(log: FollowedLog, store: FollowableStore): Promise<FollowedFaultRun['durable']> {
  const durable: Round[] = []
  for (let index = 0; index < 12; index++) {
    const startedAt = performance.now()
    const token = tokenOf(`${index}`)
    await store.record([{ key: { scope: 'jti', value: `${index}` }, mark: { cutoff: Infinity, expiresAt: 4e12 } }])
    durable.push({ token, startedAt, acknowledgedAt: performance.now(), firsts: 1, rejections: 0 })
  }
  await log.confirmed()
  return durable
}

describe('a followed log', { concurrent: true, timeout: 30_000 }, () => {
  test.for<readonly [what: string, push: NonNullable<Distortion['push']>]>([
    [
      'pushes entries twice',
      (entries, push) => {
        push(entries)
        push(entries)
      },
    ],
    ['omits a push', (entries, push) => entries.some(isSeventh) || push(entries)],
    [
      'pushes in the wrong order',
      (entries, push) => (entries.some(isSeventh) ? void setTimeout(push, 100, entries) : push(entries)),
    ],
    [
      'names another entry as the previous one',
      (entries, push) => push(entries.map((entry) => ({ ...entry, previousTip: 'other' }))),
    ],
  ])('fails the check of pushes if the store %s', async ([, push], { start, open }) => {
    const { port } = await start()
    const store = await open(failing(port))
    const log = followLog(distorted(store, { push }))
    await log.opened(1)
    await expect(expectEveryChange(log, [store])).rejects.toThrow()
    log.close()
  })

  test('passes the checks of reads if the store pushes bare wake-ups', async ({ start, open }) => {
    const { port } = await start()
    const store = await open(failing(port))
    const log = followLog(distorted(store, {}))
    await log.opened(1)
    const durable = await acknowledge(log, store)
    expectAllRead({ log, durable })
    expectReadOn({ log, isLossy: false })
    log.close()
  })

  test.for<readonly [what: string, read: NonNullable<Distortion['read']>]>([
    [
      'has another key in an entry',
      entriesOf((entry) => [{ ...entry, key: isSeventh(entry) ? { scope: 'jti', value: 'other' } : entry.key }]),
    ],
    [
      'seems to end before its newest entry',
      (page, after) => {
        if (page.reset || after === undefined || page.entries.length === 0) return page
        const entries = page.entries.slice(0, -1)
        return { ...page, entries, position: entries.at(-1)?.position ?? after }
      },
    ],
  ])('fails the check of reads if it %s', async ([, read], { start, open }) => {
    const { port } = await start()
    const store = await open(failing(port))
    const log = followLog(distorted(store, { read }))
    await log.opened(1)
    const durable = await acknowledge(log, store)
    expect(() => expectAllRead({ log, durable })).toThrow(/were not read/)
    log.close()
  })

  test('is never read to its end if an entry is missing', async ({ start, open }) => {
    const { port } = await start()
    const store = await open(failing(port))
    const read = entriesOf((entry) => (isSeventh(entry) ? [] : [entry]))
    const log = followLog(distorted(store, { read }))
    await log.opened(1)
    await expect(acknowledge(log, store)).rejects.toThrow(/read to its end/)
    log.close()
  })

  test('fails the check of resets if it begins again without a reason', async ({ start, open }) => {
    const { port } = await start()
    const store = await open(failing(port))
    const log = followLog(distorted(store, { read: ({ position }) => ({ reset: true, position }) }))
    await log.opened(1)
    await acknowledge(log, store)
    expect(() => expectReadOn({ log, isLossy: false })).toThrow(/resets/)
    expect(() => expectReadOn({ log, isLossy: true })).toThrow(/resets/)
    log.close()
  })

  test.for<readonly [what: string, distort: (applied: readonly LogEntry[]) => LogEntry[]]>([
    ['is applied twice', (applied) => applied.flatMap((entry) => (isSeventh(entry) ? [entry, entry] : [entry]))],
    ['is not applied', (applied) => applied.filter((entry) => !isSeventh(entry))],
    ['is applied too late', (applied) => [...applied.slice(0, 3), ...applied.slice(4), ...applied.slice(3, 4)]],
  ])('fails the check of the chain if an entry %s', async ([, distort], { start, open }) => {
    const { port } = await start()
    const store = await open(failing(port))
    const log = followLog(store)
    await log.opened(1)
    await acknowledge(log, store)
    expectUnbroken(log)
    expect(() => expectUnbroken({ ...log, applied: distort(log.applied) })).toThrow(/link/)
    log.close()
  })
})
