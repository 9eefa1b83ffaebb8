import { logCases, storeCases } from '@revoked/conformance'
import { type RedisSentinels, startSentinel } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { logSubject, openStore, sentinelClients } from './support/connected-clients.ts'

let group: RedisSentinels
beforeAll(async () => {
  group = await startSentinel()
}, 60_000)
afterAll(() => group.stop())

describe.each(sentinelClients('revoked-main'))('%s, Sentinel', (_, connect) => {
  for (const { name, run } of storeCases) {
    test(name, () => run({ open: () => openStore(connect, { port: group.sentinels[0]?.port ?? 0 }) }))
  }
  for (const { name, run } of logCases)
    test(name, () => run(logSubject(connect, { port: group.sentinels[0]?.port ?? 0 }, {})))
})
