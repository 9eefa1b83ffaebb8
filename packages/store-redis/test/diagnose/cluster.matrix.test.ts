import { eventually, type RedisCluster, startCluster } from '@revoked/testing'
import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { diagnoseRedis } from '../../src/diagnose/index.ts'
import type { RedisClient } from '../../src/index.ts'
import { inShort, saneNodeRedis, test } from '../support/diagnose-setup.ts'

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startCluster({ args: ['--appendonly', 'yes'] })
  for (const node of cluster.nodes) await node.command('CONFIG', 'SET', 'min-replicas-to-write', 1)
  for (const node of cluster.primaries) {
    await eventually(
      async () => /good_slaves:1/.test(String(await node.command('INFO'))),
      'the primary counts its replica',
    )
  }
}, 60_000)
afterAll(() => cluster.stop())

describe.each<[name: string, connect: (port: number) => Promise<{ client: RedisClient; disconnect: () => void }>]>([
  [
    'ioredis 6',
    async (port) => {
      const options = { enableOfflineQueue: false } as const
      const client = new Cluster([{ host: '127.0.0.1', port }], options)
      return { client, disconnect: () => client.disconnect() }
    },
  ],
  [
    'node-redis 6',
    async (port) => {
      const { socket, ...sane } = saneNodeRedis(port)
      const { socketTimeout, reconnectStrategy } = socket
      const client = createCluster({
        rootNodes: [{ socket: { host: '127.0.0.1', port } }],
        defaults: { ...sane, socket: { socketTimeout, reconnectStrategy } },
      })
      await client.connect()
      return { client, disconnect: () => client.destroy() }
    },
  ],
])('%s', (_, connect) => {
  test('asks the owners of the slots that the store uses, and no other node', async () => {
    const { client, disconnect } = await connect(cluster.nodes[0]?.port ?? 0)
    const owner = await cluster.primaryOfSlot(
      Number(await cluster.nodes[0]?.command('CLUSTER', 'KEYSLOT', '{revoked:0}')),
    )
    const others = cluster.primaries.filter((node) => node !== owner)
    const evict = async (policy: string, nodes: readonly (typeof owner)[]): Promise<void> => {
      for (const node of nodes) {
        await node.command('CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', policy)
      }
    }
    await evict('allkeys-lru', others)
    for (let round = 0; round < 10; round += 1) expect(await diagnoseRedis(client)).toEqual([])
    expect(inShort(await diagnoseRedis(client, { partitions: 16 }))).toEqual(['error evicts-marks'])
    await evict('noeviction', others)
    await evict('volatile-lru', [owner])
    for (let round = 0; round < 10; round += 1) {
      expect(inShort(await diagnoseRedis(client))).toEqual(['error evicts-marks'])
    }
    await evict('noeviction', [owner])
    disconnect()
  })
})
