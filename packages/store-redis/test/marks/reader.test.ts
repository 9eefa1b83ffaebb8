import { randomUUID } from 'node:crypto'
import type { Key, KeyedMark } from '@revoked/core'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createClient, RESP_TYPES } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisStore } from '../../src/index.ts'

let server: RedisServer
let client: Redis
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

function marks(count: number): KeyedMark[] {
  const expiresAt = Date.now() + 60_000
  return Array.from({ length: count }, () => ({
    key: { scope: 'jti', value: randomUUID() },
    mark: { cutoff: Infinity, expiresAt },
  }))
}

function keysOf(keyed: readonly KeyedMark[]): Key[] {
  return keyed.map(({ key }) => key)
}

/** Returns how often the server ran the command since the last call. */
async function commandsSince(command: string): Promise<number> {
  const stats = String(await server.command('INFO', 'commandstats'))
  await server.command('CONFIG', 'RESETSTAT')
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
}

describe('reads of one turn', () => {
  test('share a command, and each finds the marks of its own keys', async () => {
    const store = redisStore(client, { prefix: randomUUID() })
    const [here, there, never] = [marks(3), marks(3), marks(3)]
    await store.record([...here, ...there])
    await store.find(keysOf(never))
    await commandsSince('evalsha_ro')
    const found = await Promise.all([
      store.find(keysOf(here)),
      store.find(keysOf([...never, ...there])),
      store.find(keysOf(never)),
      store.find([]),
      store.find(keysOf(here)),
    ])
    expect(await commandsSince('evalsha_ro')).toBe(1)
    expect(found).toEqual([here, there, [], [], here])
  })

  test('read a key once if each of them has it at the same place', async () => {
    const store = redisStore(client, { prefix: randomUUID() })
    const all = { key: { scope: 'all', value: '' }, mark: { cutoff: Date.now(), expiresAt: Date.now() + 60_000 } }
    await store.record([all])
    // After a read that found something, the next one is a single command.
    await store.find([all.key])
    const { total_net_input_bytes: before } = await networkOf(server)
    const found = await Promise.all(marks(20).map(({ key }) => store.find([key, all.key])))
    const { total_net_input_bytes: after } = await networkOf(server)
    expect(found).toEqual(new Array(20).fill([all]))
    // Twenty keys of over 70 bytes fit, and forty do not.
    expect(after - before).toBeLessThan(20 * 140)
  })

  test('are not mixed up if a caller changes its keys while it waits', async () => {
    const store = redisStore(client, { prefix: randomUUID() })
    const [here, there] = [marks(3), marks(3)]
    await store.record([...here, ...there])
    const keys = keysOf(here)
    const found = [store.find(keys), store.find(keysOf(there))]
    await new Promise((resolve) => process.nextTick(resolve))
    keys.length = 1
    expect((await Promise.all(found))[1]).toEqual(there)
  })

  test('do not fail with one of them whose key holds no mark', async () => {
    const prefix = randomUUID()
    const store = redisStore(client, { prefix })
    const [one, other] = marks(2).map(({ key }) => key) as [Key, Key]
    await client.hset(`{${prefix}:0}:jti:${one.value}`, 'field', 'value')
    const settled = await Promise.allSettled([store.find([one]), store.find([other])])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })
})

describe('reads', () => {
  test('of thousands of keys are split into several commands', async () => {
    const store = redisStore(client, { prefix: randomUUID() })
    const many = marks(2_500)
    await store.record(many.filter((_, index) => index % 2 === 0))
    await commandsSince('evalsha_ro')
    expect(await store.find(keysOf(many))).toEqual(many.filter((_, index) => index % 2 === 0))
    expect(await commandsSince('evalsha_ro')).toBe(3)
  })

  test('are answered while the server pauses writes', async () => {
    const store = redisStore(client, { prefix: randomUUID() })
    const [mark] = marks(1) as [KeyedMark]
    await store.record([mark])
    await server.command('CLIENT', 'PAUSE', '60000', 'WRITE')
    expect(await store.find([mark.key])).toEqual([mark])
    await server.command('CLIENT', 'UNPAUSE')
  })

  test('find all marks on a server before 7.0, which has no read-only scripts', async () => {
    const renamed = ['--rename-command', 'EVALSHA_RO', '', '--rename-command', 'EVAL_RO', '']
    const older = await startRedis({ args: renamed })
    const toOlder = new Redis({ port: older.port })
    const store = redisStore(toOlder)
    const [mark, other] = marks(2) as [KeyedMark, KeyedMark]
    await store.record([mark])
    const find = async (): Promise<readonly KeyedMark[]> => await store.find(keysOf([other, mark]))
    expect(await find()).toEqual([mark])
    expect(await find()).toEqual([mark])
    toOlder.disconnect()
    await older.stop()
  })

  test('use read-only scripts again after an unexpected error of one', async () => {
    const store = redisStore(client, { prefix: randomUUID() })
    const [mark] = marks(1) as [KeyedMark]
    await store.record([mark])
    // Redis 7.0 answers ERR, and not NOPERM, if a script runs a command that the user may not run.
    await server.command('ACL', 'SETUSER', 'default', '-mget')
    await expect(store.find([mark.key])).rejects.toMatchObject({ reply: expect.stringMatching(/^(ERR|NOPERM)$/) })
    await server.command('ACL', 'SETUSER', 'default', '+mget')
    await commandsSince('evalsha_ro')
    expect(await store.find([mark.key])).toEqual([mark])
    expect(await commandsSince('evalsha_ro')).toBe(1)
  })

  test('go on without read-only scripts only if the fallback has worked', async () => {
    const renamed = ['--rename-command', 'EVALSHA_RO', '', '--rename-command', 'EVAL_RO', '']
    const older = await startRedis({ args: renamed })
    const toOlder = new Redis({ port: older.port })
    const store = redisStore(toOlder)
    const [mark] = marks(1) as [KeyedMark]
    await store.record([mark])
    await older.command('ACL', 'SETUSER', 'default', '-evalsha', '-eval')
    await expect(store.find([mark.key])).rejects.toMatchObject({ reply: 'NOPERM' })
    await older.command('ACL', 'SETUSER', 'default', '+evalsha', '+eval')
    const unknownCommands = async (): Promise<number> =>
      Number(/errorstat_ERR:count=(\d+)/.exec(String(await older.command('INFO', 'errorstats')))?.[1])
    const before = await unknownCommands()
    for (let turn = 0; turn < 3; turn++) expect(await store.find([mark.key])).toEqual([mark])
    expect((await unknownCommands()) - before).toBe(1)
    toOlder.disconnect()
    await older.stop()
  })

  test('and writes reject if the client maps replies to other types than strings', async () => {
    const prefix = randomUUID()
    const [mark] = marks(1) as [KeyedMark]
    await redisStore(client, { prefix }).record([mark])
    const mapping = createClient({
      socket: { port: server.port },
      commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    })
    await mapping.connect()
    const store = redisStore(mapping, { prefix })
    await expect(store.find([mark.key])).rejects.toThrow(/must not map replies/)
    await expect(store.forget([mark.key])).rejects.toThrow(/must not map replies/)
    mapping.destroy()
  })

  test('and writes work if the client returns numbers as strings', async () => {
    const stringly = new Redis({ port: server.port, stringNumbers: true })
    const store = redisStore(stringly, { prefix: randomUUID() })
    const [mark] = marks(1) as [KeyedMark]
    expect(await store.record([mark])).toEqual([true])
    expect(await store.record([mark])).toEqual([false])
    expect(await store.find([mark.key])).toEqual([mark])
    stringly.disconnect()
  })
})

async function networkOf(asked: RedisServer): Promise<{ readonly total_net_input_bytes: number }> {
  const stats = String(await asked.command('INFO', 'stats'))
  return { total_net_input_bytes: Number(/total_net_input_bytes:(\d+)/.exec(stats)?.[1]) }
}
