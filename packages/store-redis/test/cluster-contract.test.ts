import { feedCases, storeCases } from '@revoked/conformance'
import { nameOf, type RedisCluster, redisServers, startCluster } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { clusterClients, openStore } from './clients.ts'

const { binaries } = await redisServers()

describe.each(binaries.map((binary) => [nameOf(binary), binary] as const))('%s, Cluster', (_, binary) => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster({ binary })
  }, 60_000)
  afterAll(() => cluster.stop())

  describe.each(clusterClients)('%s', (_, connect) => {
    for (const { name, run } of [...storeCases, ...feedCases]) {
      test(name, () => run({ open: () => openStore(connect, { port: cluster.nodes[0]?.port ?? 0 }) }))
    }
  })
})
