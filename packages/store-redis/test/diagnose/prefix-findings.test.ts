import { createRevocation } from '@revoked/core'
import { type RedisServer, startFaultProxy } from '@revoked/testing'
import { Redis } from 'ioredis'
import { describe, expect } from 'vitest'
import { diagnoseRedis, type RedisFinding } from '../../src/diagnose/index.ts'
import { type RedisStoreOptions, redisStore } from '../../src/index.ts'
import { letIn, rights } from '../support/authenticated-clients.ts'
import { saneClients, saneIoredis, test } from '../support/diagnose-setup.ts'

async function used(server: RedisServer, options: RedisStoreOptions): Promise<void> {
  const client = new Redis({ port: server.port })
  await createRevocation({ store: redisStore(client, options), maxTokenLifetime: '1h' }).revoke({ subject: 'ada' })
  client.disconnect()
}

/** Writes keys of another application. */
async function fill(server: RedisServer, keys: number): Promise<void> {
  await server.command('EVAL', `for i = 1, ${keys} do redis.call('SET', 'key:' .. i, i) end`, 0)
}

function onPrefixes(findings: readonly RedisFinding[]): readonly RedisFinding[] {
  return findings.filter(({ code, message }) => code === 'other-prefixes' || /other prefixes/.test(message))
}

describe.each(saneClients)('over %s, the database', (_, connect) => {
  test('that has one store causes no finding', async ({ start, own }) => {
    const server = await start()
    await used(server, { prefix: 'a', partitions: 4 })
    await server.command('HSET', '{b:0}:session', 'epoch', '1')
    await server.command('SET', '{b:0}:feed', 'of another application')
    const client = connect(server, own)
    expect(onPrefixes(await diagnoseRedis(client, { prefix: 'a', partitions: 4 }))).toEqual([])
  })

  test('that has stores with other prefixes is described, without their names', async ({ start, own }) => {
    const server = await start()
    for (const prefix of ['a', 'S3CRET']) await used(server, { prefix })
    await fill(server, 50_000)
    const findings = onPrefixes(await diagnoseRedis(connect(server, own), { prefix: 'a' }))
    expect(findings).toEqual([
      {
        level: 'info',
        code: 'other-prefixes',
        message: expect.stringContaining('stores with other prefixes'),
        remedy: expect.stringContaining("the same 'prefix'"),
      },
    ])
    expect(JSON.stringify(findings)).not.toContain('S3CRET')
  })

  test('that has only a store with another prefix causes a warning', async ({ start, own }) => {
    const server = await start()
    await used(server, { prefix: 'revoked' })
    expect(onPrefixes(await diagnoseRedis(connect(server, own), { prefix: 'revokde' }))).toMatchObject([
      { level: 'warning', code: 'other-prefixes', message: expect.stringContaining('No service has used this prefix') },
    ])
  })

  test('of another number is not searched', async ({ start, own }) => {
    const server = await start()
    await used(server, { prefix: 'a' })
    const client = own(new Redis({ port: server.port, db: 3, ...saneIoredis }))
    expect(onPrefixes(await diagnoseRedis(client, { prefix: 'b' }))).toEqual([])
  })
})

test('a database that may not be searched causes no finding', async ({ start, own }) => {
  const server = await start()
  await used(server, { prefix: 'a' })
  await letIn(
    server,
    rights.filter((right) => right !== '+scan'),
  )
  const client = own(new Redis({ port: server.port, username: 'app', password: 's3cret', ...saneIoredis }))
  expect(onPrefixes(await diagnoseRedis(client))).toEqual([])
})

test('a search ends after half a second, and says so', async ({ start, own }) => {
  const server = await start()
  await fill(server, 50_000)
  const proxy = await startFaultProxy(server.port)
  const client = own(new Redis({ port: proxy.port, ...saneIoredis }))
  // Fifty pages take a second.
  proxy.delay(20)
  const findings = await diagnoseRedis(client)
  await proxy.stop()
  expect(onPrefixes(findings)).toMatchObject([{ level: 'info', code: 'unchecked' }])
  const scans = Number(/cmdstat_scan:calls=(\d+)/.exec(String(await server.command('INFO', 'commandstats')))?.[1])
  expect(scans).toBeLessThan(50)
})
