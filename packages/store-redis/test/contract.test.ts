import { failureCases, feedCases, storeCases } from '@revoked/conformance'
import { nameOf, type RedisServer, redisServers, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { clients, openStore } from './clients.ts'

const { binaries } = await redisServers()

describe.each(binaries.map((binary) => [nameOf(binary), binary] as const))('%s, standalone', (_, binary) => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis({ binary })
  })
  afterAll(() => server.stop())

  describe.each(clients)('%s', (_, connect) => {
    for (const { name, run } of [...storeCases, ...feedCases])
      test(name, () => run({ open: () => openStore(connect, server) }))

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
})
