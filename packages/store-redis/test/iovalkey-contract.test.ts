import { logCases, storeCases } from '@revoked/conformance'
import { type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { connectIovalkey, logSubject, openStore } from './support/connected-clients.ts'

// `contract.test.ts` runs all cases over iovalkey too, but only in the matrix.
describe('iovalkey', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  for (const { name, run } of storeCases) test(name, () => run({ open: () => openStore(connectIovalkey, server) }))
  for (const { name, run } of logCases) test(name, () => run(logSubject(connectIovalkey, server, {})))
})
