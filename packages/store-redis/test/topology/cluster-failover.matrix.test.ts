import { randomUUID } from 'node:crypto'
import { eventually, type RedisCluster, startCluster } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endures } from '../support/assertions.ts'
import { clusterClients } from '../support/connected-clients.ts'
import { type Gap, noGap, type SharedFaultRun, undergoTogether } from '../support/fault-run.ts'
import { answers, follows, isGone, readsOn, replicated, subscribersOf } from '../support/nodes.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startCluster()
}, 60_000)
afterAll(() => cluster.stop())

/** Hands over to the replica with all writes, so that nothing may be lost. */
async function handOver(slot: number): Promise<Gap> {
  await cluster.failover(slot)
  return noGap
}

/** Crashes the owner of the slot. Writes that its replica does not have are lost. */
async function crash(slot: number, key: string): Promise<Gap> {
  const owner = await cluster.primaryOfSlot(slot)
  const until = await replicated(owner, key, 1)
  owner.kill('SIGKILL')
  await isGone(owner)
  const since = performance.now()
  const takesOver = async (): Promise<boolean> => (await cluster.primaryOfSlot(slot)) !== owner
  await eventually(takesOver, 'the replica takes over', 15_000)
  return { until, since }
}

/** Crashes the owner of the slot, and restarts it as a replica. */
async function crashAndReturn(slot: number, key: string): Promise<Gap> {
  const gap = await crash(slot, key)
  await bringBack(slot)
  return gap
}

/** Restarts the nodes that are down, so that each shard has a primary and a replica. */
async function bringBack(slot: number): Promise<void> {
  const owner = await cluster.primaryOfSlot(slot)
  for (const node of cluster.nodes) {
    if (await answers(node)) continue
    await node.restart()
    await follows(node, owner)
  }
}

describe.each([
  ['that hands over to its replica', handOver],
  ['that crashes, and is restarted as a replica', crashAndReturn],
  ['that crashes, and stays down', crash],
])('with an owner of the slot %s, a service over', (_, failOver) => {
  const prefix = randomUUID()
  let faultRun: SharedFaultRun
  let newOwner: number
  beforeAll(async () => {
    const [node] = cluster.nodes
    const slot = Number(await node?.command('CLUSTER', 'KEYSLOT', `{${prefix}:0}`))
    const site = { port: node?.port ?? 0, prefix, nodes: cluster.nodes }
    faultRun = await undergoTogether(clusterClients, site, () => failOver(slot, `{${prefix}:0}:replicated`))
    newOwner = (await cluster.primaryOfSlot(slot)).port
    await bringBack(slot)
  }, 60_000)

  describe.each(clusterClients)('%s', (name) => endures(() => faultRun.of(name)))

  test('any client follows the channel on the new owner, and on no other node', () => {
    expect([...faultRun.subscribers]).toEqual([[newOwner, clusterClients.length]])
  })

  test('any client can read the log on the new owner only, and not on the old one', async () => {
    const reads = await readsOn(cluster.nodes, prefix)
    expect(reads.get(newOwner)).toBe('read')
    reads.delete(newOwner)
    expect(reads.size).toBe(cluster.nodes.length - 1)
    expect(new Set(reads.values())).toEqual(new Set(['MOVED']))
  })

  test('any client leaves no subscriber behind', async () => {
    await expect.poll(() => subscribersOf(cluster.nodes, prefix)).toEqual(new Map())
  })
})
