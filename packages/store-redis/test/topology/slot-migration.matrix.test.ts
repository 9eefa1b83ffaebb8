import { randomUUID } from 'node:crypto'
import { eventually, type RedisCluster, type RedisServer, startCluster } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endures } from '../support/assertions.ts'
import { clusterClients } from '../support/connected-clients.ts'
import { noGap, type SharedFaultRun, undergoTogether } from '../support/fault-run.ts'
import type { Load, Tally } from '../support/load.ts'
import { readsOn, subscribersOf } from '../support/nodes.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

const prefix = randomUUID()
let cluster: RedisCluster
let slot: number
let home: RedisServer
beforeAll(async () => {
  cluster = await startCluster()
  slot = Number(await cluster.nodes[0]?.command('CLUSTER', 'KEYSLOT', `{${prefix}:0}`))
  home = await cluster.primaryOfSlot(slot)
}, 60_000)
afterAll(() => cluster.stop())

/** Waits until each load has made some calls, and returns their counts. */
async function observe(loads: readonly Load[]): Promise<Tally[]> {
  const before = loads.map(({ tally }) => tally())
  const tallies = (): Tally[] => loads.map(({ tally }, index) => difference(tally(), before[index] as Tally))
  const isEnough = (tally: Tally): boolean =>
    tally.checksAnswered + tally.checksUnavailable >= 20 && tally.revokesAcknowledged + tally.revokesRejected >= 12
  await eventually(() => tallies().every(isEnough), 'calls settle while the slot moves', 20_000)
  return tallies()
}

function difference(now: Tally, before: Tally): Tally {
  return {
    checksAnswered: now.checksAnswered - before.checksAnswered,
    checksUnavailable: now.checksUnavailable - before.checksUnavailable,
    revokesAcknowledged: now.revokesAcknowledged - before.revokesAcknowledged,
    revokesRejected: now.revokesRejected - before.revokesRejected,
  }
}

describe.each([
  ['to another primary', () => cluster.primaries.find((primary) => primary !== home) ?? home],
  ['back again', () => home],
])('while the slot moves %s, a service over', (_, destination) => {
  let faultRun: SharedFaultRun
  let midway: readonly Tally[]
  beforeAll(async () => {
    // This is the default of core. Clients retry by themselves for a while.
    const site = { port: home.port, prefix, nodes: cluster.nodes, timeoutMs: 1_000 }
    faultRun = await undergoTogether(clusterClients, site, async (loads) => {
      await cluster.migrateSlot(slot, destination(), async () => {
        midway = await observe(loads)
      })
      return noGap
    })
  }, 60_000)

  describe.each(clusterClients)('%s', (name) => {
    endures(() => faultRun.of(name))

    test('answers checks while the keys move', () => {
      const tally = midway[clusterClients.findIndex(([other]) => other === name)]
      expect(tally).toMatchObject({ checksUnavailable: 0 })
    })

    test('rejects revocations while the keys move', () => {
      const tally = midway[clusterClients.findIndex(([other]) => other === name)]
      expect(tally).toMatchObject({ revokesAcknowledged: 0 })
    })
  })

  test('any client follows the channel on the new owner, and on no other node', () => {
    expect([...faultRun.subscribers]).toEqual([[destination().port, clusterClients.length]])
  })

  test('any client can read the log on the new owner only, and not on the old one', async () => {
    const reads = await readsOn(cluster.nodes, prefix)
    expect(reads.get(destination().port)).toBe('read')
    reads.delete(destination().port)
    expect(new Set(reads.values())).toEqual(new Set(['MOVED']))
  })

  test('any client leaves no subscriber behind', async () => {
    await expect.poll(() => subscribersOf(cluster.nodes, prefix)).toEqual(new Map())
  })
})
