import { randomUUID } from 'node:crypto'
import { eventually, type RedisSentinels, type RedisServer, startSentinel } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endures } from '../support/assertions.ts'
import { sentinelClients } from '../support/connected-clients.ts'
import { type Gap, type SharedFaultRun, undergoTogether } from '../support/fault-run.ts'
import { readsOn, replicated, roleOf, subscribersOf } from '../support/nodes.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

const clients = sentinelClients('revoked-main')

let group: RedisSentinels
beforeAll(async () => {
  group = await startSentinel()
  await suspectAfter(30_000)
}, 120_000)
afterAll(() => group.stop())

/**
 * Sets the silence after which the sentinels replace a server. On a busy machine, running servers
 * are silent too.
 */
async function suspectAfter(ms: number): Promise<void> {
  await Promise.all(
    group.sentinels.map((sentinel) => sentinel.command('SENTINEL', 'SET', group.name, 'down-after-milliseconds', ms)),
  )
}

/**
 * Makes the sentinels replace the primary. They do not wait for the last writes: what the old
 * primary accepts until its demotion is lost.
 */
async function handOver(key: string): Promise<Gap> {
  const primary = await group.primary()
  const until = await replicated(primary, key, 2)
  await group.failover('command')
  await eventually(async () => (await roleOf(primary))[0] === 'slave', 'the old primary is demoted', 60_000)
  return { until, since: performance.now() }
}

/** Kills the primary. Writes that no replica has are lost. */
async function crash(key: string): Promise<Gap> {
  const until = await replicated(await group.primary(), key, 2)
  await suspectAfter(500)
  await group.failover('kill')
  await suspectAfter(30_000)
  return { until, since: performance.now() }
}

describe.each([
  ['that is replaced by command', handOver],
  ['that crashes', crash],
])('with a primary under Sentinel %s, a service over', (_, failOver) => {
  const prefix = randomUUID()
  let faultRun: SharedFaultRun
  let primary: RedisServer
  beforeAll(async () => {
    const site = { port: group.sentinels[0]?.port ?? 0, prefix, nodes: group.servers }
    faultRun = await undergoTogether(clients, site, async () => {
      const gap = await failOver(`{${prefix}:0}:replicated`)
      primary = await group.primary()
      return gap
    })
    // Another failover would have lost writes that this test takes for safe.
    expect(await group.primary()).toBe(primary)
  }, 180_000)

  describe.each(clients)('%s', (name) => endures(() => faultRun.of(name)))

  test('any client follows the new primary, and none of its replicas', () => {
    expect([...faultRun.subscribers]).toEqual([[primary.port, clients.length]])
  })

  test('any client can read the log on the new primary only, and not on the old one', async () => {
    const reads = await readsOn(group.servers, prefix)
    expect(reads.get(primary.port)).toBe('read')
    reads.delete(primary.port)
    expect(new Set(reads.values())).toEqual(new Set(['READONLY']))
  })

  test('any client leaves no subscriber behind', async () => {
    await expect.poll(() => subscribersOf(group.servers, prefix)).toEqual(new Map())
  })
})
