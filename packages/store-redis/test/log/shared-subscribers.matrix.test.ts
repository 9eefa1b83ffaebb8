import { randomUUID } from 'node:crypto'
import type { FollowableStore } from '@revoked/core'
import { eventually, type RedisCluster, type RedisServer, startCluster } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { redisStore } from '../../src/index.ts'
import { clusterClients } from '../support/connected-clients.ts'
import { allHear, allOpen, hearAll } from '../support/heard-log.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startCluster()
}, 60_000)
afterAll(() => cluster.stop())

/** Returns the number of connections that subscribe, by node. */
async function subscribers(nodes: readonly RedisServer[]): Promise<readonly number[]> {
  const lists = await Promise.all(nodes.map((node) => node.command('CLIENT', 'LIST', 'TYPE', 'pubsub')))
  return lists.map((list) => String(list).match(/^id=/gm)?.length ?? 0)
}

describe.each(clusterClients)(
  'the subscriptions to 16 logs of a cluster over %s',
  { timeout: 30_000 },
  (_, connect) => {
    async function open(prefix: string): Promise<FollowableStore> {
      const { client, disconnect } = await connect(cluster.primaries[0]?.port ?? 0)
      onTestFinished(disconnect)
      return redisStore(client, { prefix, partitions: 16 })
    }

    test('share one connection per primary', async () => {
      const store = await open(randomUUID())
      const heard = hearAll(store)
      await allOpen(heard)
      expect(await subscribers(cluster.primaries)).toEqual([1, 1, 1])
      expect(await subscribers(cluster.replicas)).toEqual([0, 0, 0])
      await allHear(store, heard)
      for (const { subscription } of heard) subscription.close()
      await expect.poll(() => subscribers(cluster.nodes)).toEqual([0, 0, 0, 0, 0, 0])
    })

    test('follow a slot that moves, over the connections that there are', async () => {
      const prefix = randomUUID()
      const store = await open(prefix)
      const heard = hearAll(store)
      await allOpen(heard)
      const slot = Number(await cluster.primaries[0]?.command('CLUSTER', 'KEYSLOT', `{${prefix}:0}`))
      const home = await cluster.primaryOfSlot(slot)
      const away = cluster.primaries.find((primary) => primary !== home) ?? home
      await cluster.migrateSlot(slot, away)
      await allHear(store, heard)
      await allOpen(heard)
      await eventually(async () => {
        const [, count] = [await away.command('PUBSUB', 'SHARDNUMSUB', `{${prefix}:0}:changes@0`)].flat()
        return count === 1
      }, 'the new owner has the subscription')
      await expect.poll(() => subscribers(cluster.primaries)).toEqual([1, 1, 1])
      await cluster.migrateSlot(slot, home)
    })
  },
)
