import { logCases, restoreCases } from '@revoked/conformance'
import { type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { allClients, layouts, logSubject, openStore } from './support/connected-clients.ts'

// `contract.test.ts` runs the same cases over the default layout.
describe.each(allClients)('%s', (_client, connect) => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  describe.each(layouts)('with %s', (_layout, layout) => {
    for (const { name, run } of logCases) test(name, () => run(logSubject(connect, server, layout)))
    for (const { name, run } of restoreCases) test(name, () => run({ open: () => openStore(connect, server, layout) }))
  })
})
