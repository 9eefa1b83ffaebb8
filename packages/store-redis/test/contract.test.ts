import { failureCases, feedCases, storeCases } from '@revoked/core/conformance'
import { type RedisServer, startRedis } from '@revoked/test-support'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { clients, openStore } from './clients.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

describe.each(clients)('%s, standalone', (_, connect) => {
  for (const { name, run } of [...storeCases, ...feedCases])
    test(name, () => run({ open: () => openStore(connect, server) }))

  for (const { name, run } of failureCases) {
    test(name, async () => {
      const doomed = await startRedis()
      try {
        await run({ open: () => openStore(connect, doomed) })
      } finally {
        await doomed.stop()
      }
    })
  }
})
