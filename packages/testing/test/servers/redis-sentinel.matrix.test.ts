import { eventually, type RedisSentinels, type RedisServer, startSentinel } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRunning } from '../../src/servers/is-running.ts'

let group: RedisSentinels

beforeAll(async () => {
  group = await startSentinel()
}, 30_000)
afterAll(() => group.stop())

async function roleOf(server: RedisServer): Promise<unknown> {
  const role = await server.command('ROLE')
  return Array.isArray(role) ? role[0] : undefined
}

describe('a group of sentinels', () => {
  test('monitors a primary with two replicas', async () => {
    expect([group.sentinels.length, group.servers.length]).toEqual([3, 3])
    const primary = await group.primary()
    expect(primary).toBe(group.servers[0])
    expect(await Promise.all(group.servers.map(roleOf))).toEqual(['master', 'slave', 'slave'])
    for (const sentinel of group.sentinels) {
      expect(await sentinel.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', group.name)).toEqual([
        '127.0.0.1',
        String(primary.port),
      ])
      expect(await sentinel.command('SENTINEL', 'CKQUORUM', group.name)).toContain('OK 3 usable Sentinels')
    }
  })

  test('replicates what is written', async () => {
    const primary = await group.primary()
    expect(await primary.commands(['SET', 'key', 'value'], ['WAIT', 2, 2_000])).toEqual(['OK', 2])
    for (const server of group.servers) expect(await server.command('GET', 'key')).toBe('value')
  })

  test('promotes a replica with the data on command', async () => {
    const before = await group.primary()
    const after = await group.failover()
    expect(after).not.toBe(before)
    expect(await group.primary()).toBe(after)
    expect(await roleOf(after)).toBe('master')
    expect(await after.command('GET', 'key')).toBe('value')
    await eventually(async () => (await roleOf(before)) === 'slave', 'the old primary is a replica', 15_000)
    await expect(before.command('SET', 'key', 'other')).rejects.toThrow('READONLY')
  }, 30_000)

  test('replaces a killed primary, which returns as a replica', async () => {
    const before = await group.primary()
    const after = await group.failover('kill')
    expect(after).not.toBe(before)
    expect(isRunning(before.pid)).toBe(false)
    expect(await after.command('SET', 'key', 'after')).toBe('OK')
    await before.restart()
    await eventually(async () => (await roleOf(before)) === 'slave', 'the killed primary is a replica', 15_000)
    await eventually(async () => (await before.command('GET', 'key')) === 'after', 'it has the data', 15_000)
  }, 40_000)

  test('leaves no process behind when it is stopped', async () => {
    const pids = [...group.servers, ...group.sentinels].map(({ pid }) => pid)
    expect(pids.every(isRunning)).toBe(true)
    await group.stop()
    expect(pids.some(isRunning)).toBe(false)
  })
})
