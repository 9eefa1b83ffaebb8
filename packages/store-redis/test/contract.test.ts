import { failureCases, logCases, restoreCases, storeCases } from '@revoked/conformance'
import { entriesOfRun, nameOf, type RedisServer, redisServers, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { allClients, logSubject, openStore } from './support/connected-clients.ts'

const { binaries } = await redisServers()
const matrix = binaries.flatMap((binary) => allClients.map(([name, connect]) => ({ binary, name, connect })))

describe.each(
  entriesOfRun(matrix, 2).map(({ binary, name, connect }) => [nameOf(binary), name, binary, connect] as const),
)('%s, standalone, %s', (_server, _client, binary, connect) => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis({ binary })
  })
  afterAll(() => server.stop())

  for (const { name, run } of storeCases) test(name, () => run({ open: () => openStore(connect, server) }))

  for (const { name, run } of logCases) test(name, () => run(logSubject(connect, server, {})))

  for (const { name, run } of restoreCases) {
    for (const hashIds of [false, true])
      test(`${name}, hashIds ${hashIds}`, () => run({ open: () => openStore(connect, server, { hashIds }) }))
  }

  for (const { name, run } of failureCases) {
    test(name, async () => {
      const doomed = await startRedis({ binary })
      try {
        await run({ open: () => openStore(connect, doomed) })
      } finally {
        await doomed.stop()
      }
    })
  }
})
