import { logCases, storeCases } from '@revoked/conformance'
import { nameOf, type RedisCluster, redisServers, startCluster } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { clusterClients, layouts, logSubject, openStore } from './support/connected-clients.ts'

const { binaries } = await redisServers()
const matrix = binaries.flatMap((binary) => clusterClients.map(([name, connect]) => ({ binary, name, connect })))

describe.each(matrix.map(({ binary, name, connect }) => [nameOf(binary), name, binary, connect] as const))(
  '%s, Cluster, %s',
  (_server, _client, binary, connect) => {
    let cluster: RedisCluster
    beforeAll(async () => {
      cluster = await startCluster({ binary })
    }, 60_000)
    afterAll(() => cluster.stop())

    for (const { name, run } of storeCases) {
      test(name, () => run({ open: () => openStore(connect, { port: cluster.nodes[0]?.port ?? 0 }) }))
    }

    describe.each(layouts)('with %s', (_layout, layout) => {
      for (const { name, run } of logCases)
        test(name, () => run(logSubject(connect, { port: cluster.nodes[0]?.port ?? 0 }, layout)))
    })
  },
)
