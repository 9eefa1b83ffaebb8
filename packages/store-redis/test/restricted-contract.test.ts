import { logCases, storeCases } from '@revoked/conformance'
import { type RedisCluster, type RedisServer, startCluster, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { clusterUsers, type Place, restrictedSubject, serverClients } from './support/restricted-users.ts'

/** Registers the cases of the store and of its log, for users with the rights of the README only. */
function runCases(place: () => Place): void {
  for (const { name, run } of storeCases) test(name, () => run(restrictedSubject(place(), {})))
  // The rights depend on the partitions, and on no other option.
  describe.each([1, 3])('with %i partitions', (partitions) => {
    for (const { name, run } of logCases) test(name, () => run(restrictedSubject(place(), { partitions })))
  })
}

describe('a user with the listed rights', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  describe.each(serverClients)('over %s', (_client, connect) => {
    describe.each([0, 3])('in database %i', (database) => {
      runCases(() => ({ nodes: [server], isCluster: false, database, connect: connect(database) }))
    })
  })
})

describe('a user with the listed rights in a Cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 60_000)
  afterAll(() => cluster.stop())

  describe.each(clusterUsers)('over %s', (_client, connect) => {
    runCases(() => ({ nodes: cluster.nodes, isCluster: true, database: 0, connect }))
  })
})
