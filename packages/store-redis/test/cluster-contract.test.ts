import { feedCases, storeCases } from '@revoked/core/conformance'
import { type RedisCluster, startCluster } from '@revoked/test-support'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { clusterClients, openStore } from './clients.ts'

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startCluster()
}, 60_000)
afterAll(() => cluster.stop())

describe.each(clusterClients)('%s, Cluster', (_, connect) => {
  for (const { name, run } of [...storeCases, ...feedCases]) {
    test(name, () => run({ open: () => openStore(connect, { port: cluster.nodes[0]?.port ?? 0 }) }))
  }
})
