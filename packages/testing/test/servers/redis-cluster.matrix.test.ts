import { existsSync } from 'node:fs'
import { eventually, type RedisCluster, type RedisServer, startCluster } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRunning } from '../../src/servers/is-running.ts'

const key = '{revoked:0}:jti:a'
let cluster: RedisCluster
let other: RedisCluster
let slot: number

// Two at the same time, as two suites start them.
beforeAll(async () => {
  ;[cluster, other] = await Promise.all([startCluster(), startCluster()])
  slot = Number(await cluster.nodes[0]?.command('CLUSTER', 'KEYSLOT', key))
}, 30_000)
afterAll(() => Promise.all([cluster.stop(), other.stop()]))

function nth(nodes: readonly RedisServer[], index: number): RedisServer {
  const node = nodes[index]
  if (node === undefined) throw new Error(`no node ${index}`)
  return node
}

describe('a cluster', () => {
  test('is complete as seen by every node', async () => {
    expect([cluster.primaries.length, cluster.replicas.length]).toEqual([3, 3])
    for (const node of cluster.nodes) {
      const info = String(await node.command('CLUSTER', 'INFO'))
      expect(info).toContain('cluster_state:ok')
      expect(info).toContain('cluster_slots_ok:16384')
      expect(info).toContain('cluster_known_nodes:6')
      expect(info).toContain('cluster_size:3')
    }
    for (const [index, replica] of cluster.replicas.entries()) {
      expect(await replica.command('ROLE')).toEqual([
        ...['slave', '127.0.0.1', nth(cluster.primaries, index).port, 'connected'],
        expect.any(Number),
      ])
    }
  })

  test('shares nothing with another one', async () => {
    const ports = [...cluster.nodes, ...other.nodes].flatMap(({ port }) => [port, port + 10_000])
    expect(new Set(ports).size).toBe(24)
    expect(Math.max(...ports)).toBeLessThan(65_536)
    await (await cluster.primaryOfSlot(slot)).command('SET', key, 'ours')
    expect(await (await other.primaryOfSlot(slot)).command('GET', key)).toBeNull()
  })

  test('keeps a key at the owner of its slot, to which the others redirect', async () => {
    const owner = await cluster.primaryOfSlot(slot)
    expect(await owner.commands(['SET', key, 'value'], ['WAIT', 1, 2_000])).toEqual(['OK', 1])
    expect(await owner.command('GET', key)).toBe('value')
    for (const node of cluster.nodes) {
      if (node === owner) continue
      await expect(node.command('GET', key)).rejects.toThrow(`MOVED ${slot} 127.0.0.1:${owner.port}`)
    }
  })

  test('keeps the keys over a failover to the replica and back', async () => {
    const before = await cluster.primaryOfSlot(slot)
    await before.command('SET', key, 'kept')
    const after = await cluster.failover(slot)
    expect(after).not.toBe(before)
    expect(cluster.replicas).toContain(after)
    expect(await cluster.primaryOfSlot(slot)).toBe(after)
    expect(await after.command('GET', key)).toBe('kept')
    await expect(before.command('GET', key)).rejects.toThrow(`MOVED ${slot} 127.0.0.1:${after.port}`)
    expect(await cluster.failover(before)).toBe(before)
    expect(await before.command('GET', key)).toBe('kept')
  }, 20_000)

  test('refuses a failover to a primary', async () => {
    await expect(cluster.failover(nth(cluster.primaries, 0))).rejects.toThrow('is no replica')
  })

  test('moves a slot with its keys, and answers ASK midway', async () => {
    const from = await cluster.primaryOfSlot(slot)
    const to = nth(cluster.primaries, (cluster.primaries.indexOf(from) + 1) % 3)
    for (let index = 0; index < 250; index += 1) await from.command('SET', `{revoked:0}:${index}`, index)
    let asked: unknown
    await cluster.migrateSlot(slot, to, async () => {
      asked = await from.command('GET', key).catch((error: unknown) => error)
    })
    expect(String(asked)).toContain(`ASK ${slot} 127.0.0.1:${to.port}`)
    expect(await cluster.primaryOfSlot(slot)).toBe(to)
    for (let index = 0; index < 250; index += 1) {
      expect(await to.command('GET', `{revoked:0}:${index}`)).toBe(String(index))
    }
    await expect(from.command('GET', key)).rejects.toThrow(`MOVED ${slot} 127.0.0.1:${to.port}`)
  })

  test('replaces a killed primary, which returns as a replica', async () => {
    const killed = nth(other.primaries, 1)
    const heir = nth(other.replicas, 1)
    killed.kill('SIGKILL')
    await eventually(
      async () => String((await heir.command('ROLE'))?.toString()).startsWith('master'),
      'the replica takes over',
      15_000,
    )
    await killed.restart()
    await eventually(
      async () => String(await killed.command('INFO', 'replication')).includes(`master_port:${heir.port}`),
      'the killed node follows the other',
      15_000,
    )
  }, 30_000)

  test('leaves nothing behind when it is stopped', async () => {
    const pids = other.nodes.map(({ pid }) => pid)
    const folders = await Promise.all(
      other.nodes.map(async (node) => String((await node.command('CONFIG', 'GET', 'dir'))?.toString().split(',')[1])),
    )
    expect(pids.every(isRunning) && folders.every(existsSync)).toBe(true)
    await other.stop()
    expect(pids.some(isRunning) || folders.some(existsSync)).toBe(false)
  })
})
