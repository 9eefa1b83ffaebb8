import { logCases, storeCases } from '@revoked/conformance'
import { type RedisCluster, type RedisServer, startCluster, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { clusterUsers, type Place, restrictedSubject, serverClients } from './support/restricted-users.ts'

const [[ioredis, connectIoredis], [nodeRedis, connectNodeRedis]] = serverClients

const onServer = [
  { name: ioredis, connect: connectIoredis, database: 0 },
  { name: nodeRedis, connect: connectNodeRedis, database: 3 },
  { name: ioredis, connect: connectIoredis, database: 3 },
  { name: nodeRedis, connect: connectNodeRedis, database: 0 },
]

/** Registers the cases of the store and of its log, for users with the listed rights only. */
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

  describe.each(onServer)('in database $database over $name', ({ database, connect }) => {
    runCases(() => ({ nodes: [server], isCluster: false, database, connect: connect(database) }))
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
