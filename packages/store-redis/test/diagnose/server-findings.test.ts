import { eventually, type RedisServer } from '@revoked/testing'
import { Redis } from 'ioredis'
import { describe, expect } from 'vitest'
import { diagnoseRedis } from '../../src/diagnose/index.ts'
import { inShort, saneIoredis, test } from '../support/diagnose-setup.ts'

const durable = ['--appendonly', 'yes'] as const

async function joined(replica: RedisServer): Promise<void> {
  await eventually(
    async () => /master_link_status:up/.test(String(await replica.command('INFO'))),
    'the replica has caught up',
  )
}

describe('the eviction policy', () => {
  test.for([
    ['volatile-ttl', '10mb', ['error evicts-marks']],
    ['allkeys-lru', '10mb', ['error evicts-marks']],
    ['noeviction', '10mb', []],
    ['allkeys-lru', '0', []],
  ] as const)("'%s' at a limit of %s", async ([policy, limit, expected], { start, own }) => {
    const { port } = await start(...durable, '--maxmemory', limit, '--maxmemory-policy', policy)
    expect(inShort(await diagnoseRedis(own(new Redis({ port, ...saneIoredis }))))).toEqual(expected)
  })
})

describe('persistence', () => {
  test('is an append-only file or snapshots', async ({ start, own }) => {
    for (const args of [durable, ['--save', '3600 1']]) {
      const { port } = await start(...args)
      expect(await diagnoseRedis(own(new Redis({ port, ...saneIoredis })))).toEqual([])
    }
  })

  test('that is missing is found in every form of a reply to CONFIG GET', async ({ start, own }) => {
    const { port } = await start()
    const clients = [
      own(new Redis({ port, ...saneIoredis, protocol: 2 })),
      own(new Redis({ port, ...saneIoredis, protocol: 3 })),
      own(new Redis({ port, ...saneIoredis, protocol: 3, replyMapping: 'resp3' })),
    ]
    for (const client of clients) {
      expect(inShort(await diagnoseRedis(client))).toContain('warning no-persistence')
    }
  })
})

describe('replication', () => {
  const follow = (primary: RedisServer): string[] => ['--replicaof', `127.0.0.1 ${primary.port}`]

  test('without min-replicas-to-write is a warning', async ({ start, own }) => {
    const primary = await start(...durable, '--repl-diskless-sync-delay', '0')
    await joined(await start(...durable, ...follow(primary)))
    const client = own(new Redis({ port: primary.port, ...saneIoredis }))
    expect(inShort(await diagnoseRedis(client))).toEqual(['warning unprotected-writes'])
    await primary.command('CONFIG', 'SET', 'min-replicas-to-write', 1)
    await eventually(
      async () => /good_slaves:1/.test(String(await primary.command('INFO'))),
      'the primary counts its replica',
    )
    expect(await diagnoseRedis(client)).toEqual([])
  })

  test('reveals a connection to a replica, and not also a failed write', async ({ start, own }) => {
    const primary = await start(...durable, '--repl-diskless-sync-delay', '0')
    const replica = await start(...durable, ...follow(primary))
    await joined(replica)
    const client = own(new Redis({ port: replica.port, ...saneIoredis }))
    expect(inShort(await diagnoseRedis(client))).toEqual(['error replica'])
  })
})

describe('the clock', () => {
  test.for([
    [29_000, '60s', []],
    [-29_000, '60s', []],
    [31_000, '60s', ['warning clock-offset']],
    [-31_000, '60s', ['warning clock-offset']],
    [61_000, '60s', ['error clock-offset']],
    [31_000, '120s', []],
  ] as const)('%i ms ahead, with a tolerance of %s', async ([ahead, clockTolerance, expected], { start, own }) => {
    const { port } = await start(...durable)
    const client = own(new Redis({ port, ...saneIoredis }))
    const findings = await diagnoseRedis(client, { clockTolerance, now: () => Date.now() + ahead })
    expect(inShort(findings)).toEqual(expected)
    for (const { message } of findings) expect(message).toContain(ahead > 0 ? 'behind ours' : 'ahead of ours')
  })

  test('is not reported because of a slow reply', async ({ start, own }) => {
    const { port } = await start(...durable)
    let asked = 0
    const now = (): number => Date.now() + 1_000_000 * asked++
    expect(await diagnoseRedis(own(new Redis({ port, ...saneIoredis })), { now })).toEqual([])
  })
})

describe('writes that the server refuses', () => {
  test('because replicas are missing', async ({ start, own }) => {
    const { port } = await start(...durable, '--min-replicas-to-write', '1')
    const findings = await diagnoseRedis(own(new Redis({ port, ...saneIoredis })))
    expect(inShort(findings)).toEqual(['error writes-refused'])
    expect(findings[0]?.message).toContain('NOREPLICAS')
  })

  test('because its memory is full', async ({ start, own }) => {
    const { port } = await start(...durable, '--maxmemory', '1')
    const findings = await diagnoseRedis(own(new Redis({ port, ...saneIoredis })))
    expect(inShort(findings)).toEqual(['error writes-refused'])
    expect(findings[0]?.message).toContain('OOM')
  })
})
