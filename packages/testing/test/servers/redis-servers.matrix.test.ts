import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nameOf, redisBinary, redisServers, startCluster, startRedis, startSentinel } from '@revoked/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { debianArchive } from '../../src/servers/debian-archive.ts'
import { findRedisServers, summaryOf } from '../../src/servers/redis-servers.ts'
import { infoOf } from '../../src/servers/replication.ts'
import { unpackServers } from '../../src/servers/unpack-redis.ts'

const { binaries, missing } = await redisServers()

const folder = mkdtempSync(join(tmpdir(), 'revoked-servers-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the main server comes first, and each kind and version once', async () => {
  expect(binaries[0]).toEqual(await redisBinary())
  expect(new Set(binaries.map(nameOf)).size).toBe(binaries.length)
  for (const { reason } of missing) expect(reason).not.toBe('')
})

describe.each(binaries.map((binary) => [nameOf(binary), binary] as const))('%s', (_, binary) => {
  test('starts, and answers its version', async () => {
    const server = await startRedis({ binary })
    const info = await infoOf(server, 'INFO', 'server')
    expect(info.get(`${binary.kind}_version`)).toBe(binary.version)
    expect(server.binary).toBe(binary)
    await server.stop()
  })
})

// The main one has suites of its own.
describe.each(binaries.slice(1).map((binary) => [nameOf(binary), binary] as const))('%s', (_, binary) => {
  test('forms a cluster, which changes its primary', async () => {
    const cluster = await startCluster({ binary })
    try {
      const before = await cluster.primaryOfSlot(0)
      expect(await cluster.failover(0)).not.toBe(before)
      expect(cluster.nodes.map((node) => node.binary)).toEqual(Array(6).fill(binary))
    } finally {
      await cluster.stop()
    }
  }, 40_000)

  test('monitors as a sentinel, and replaces the primary', async () => {
    const group = await startSentinel({ binary })
    try {
      const before = await group.primary()
      expect(await group.failover()).not.toBe(before)
      expect(group.sentinels.map((sentinel) => sentinel.binary)).toEqual(Array(3).fill(binary))
    } finally {
      await group.stop()
    }
  }, 60_000)
})

describe('a search', () => {
  const path = join(folder, 'redis-server')
  const serverThatSays = (version: string): NodeJS.ProcessEnv => {
    writeFileSync(path, `#!/bin/sh\necho '${version} sha=0'\n`, { mode: 0o755 })
    return { REVOKED_REDIS_SERVER: path, PATH: '/nowhere' }
  }

  test('is limited to the main server on demand', async () => {
    const env = { ...serverThatSays('Redis server v=7.0.15'), REVOKED_REDIS_SERVERS: 'main' }
    const servers = await findRedisServers(env)
    expect(servers).toEqual({ binaries: [{ path, kind: 'redis', version: '7.0.15' }], missing: [] })
    expect(summaryOf(servers)).toBe('servers: Redis 7.0.15')
  })

  test('refuses an unknown value', async () => {
    const env = { ...serverThatSays('Redis server v=7.0.15'), REVOKED_REDIS_SERVERS: 'mian' }
    await expect(findRedisServers(env)).rejects.toThrow('REVOKED_REDIS_SERVERS=mian')
  })

  test('names the servers that this machine cannot run, with the reasons', async () => {
    const cache = join(folder, 'taken')
    writeFileSync(cache, 'a file where the cache should be')
    const servers = await findRedisServers(serverThatSays('Valkey server v=8.0.1'), cache)
    expect(servers.binaries.map(nameOf)).toEqual(['Valkey 8.0.1'])
    expect(summaryOf(servers)).toMatch(/^servers: Valkey 8\.0\.1; Redis 8: not to be had here: .+/)
  })
})

describe('packages of another release', () => {
  test('are refused without the keys of their archive', async () => {
    await expect(debianArchive('trixie', '/nowhere/keyring.gpg')).rejects.toThrow('/nowhere/keyring.gpg')
  })

  test('are refused if their archive has another signature, and leave no files', async () => {
    const keyring = join(folder, 'keyring.gpg')
    writeFileSync(keyring, '')
    const cache = join(folder, 'cache')
    const unpacking = debianArchive('trixie', keyring).then((archive) => {
      return unpackServers({ archive, servers: ['redis-server'], cache })
    })
    // Without apt-get or a network, there is nothing to refuse.
    await expect(unpacking).rejects.toThrow(/is not signed|ENOENT|No packages found/)
    expect(readdirSync(cache)).toEqual([])
  }, 60_000)
})
