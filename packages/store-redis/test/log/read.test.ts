import { randomUUID } from 'node:crypto'
import type { FollowableStore, Key, KeyedMark, LogPosition, LogRead } from '@revoked/core'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { redisStore } from '../../src/index.ts'

let server: RedisServer
let client: Redis
let prefix: string
let store: FollowableStore
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
})
beforeEach(() => {
  prefix = randomUUID()
  store = redisStore(client, { prefix, logLength: 1_000 })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

function keysIn(read: LogRead): readonly Key[] | undefined {
  return read.reset ? undefined : read.entries.map(({ key }) => key)
}

async function end(): Promise<LogPosition> {
  return (await store.read(0)).position
}

describe('the log in Redis', () => {
  test('is a stream with one entry per mark', async () => {
    await store.record([keyed('a'), keyed('b')])
    await store.forget([keyed('a').key])
    const entries = await client.xrange(`{${prefix}:0}:log`, '-', '+')
    const [epoch, sequence, tip] = await client.hmget(`{${prefix}:0}:feed`, 'epoch', 'sequence', 'tip')
    expect([epoch, sequence]).toEqual([expect.stringMatching(/^[\w-]{8}$/), '3'])
    const [one, two, three] = entries.map(([, fields]) => fields[1])
    expect(three).toBe(tip)
    const mark = expect.stringMatching(/^\[1,null,\d+\]$/)
    expect(entries).toEqual([
      ['1-0', ['tip', one, 'previous', '', 'key', 'jti:a', 'mark', mark]],
      ['2-0', ['tip', two, 'previous', one, 'key', 'jti:b', 'mark', mark]],
      ['3-0', ['tip', three, 'previous', two, 'key', 'jti:a', 'mark', '']],
    ])
    expect(new Set([one, two, three])).toHaveLength(3)
  })

  test('is read in pages, to the end', async () => {
    const start = await end()
    const values = Array.from({ length: 2_300 }, (_, index) => String(index))
    const long = redisStore(client, { prefix })
    await long.record(values.map(keyed))
    let at = start
    const found: Key[] = []
    const sizes: number[] = []
    for (let isComplete = false; !isComplete; ) {
      const page = await long.read(0, at)
      if (page.reset) throw new Error('it was reset')
      expect(page.position).toEqual(await end())
      found.push(...page.entries.map(({ key }) => key))
      sizes.push(page.entries.length)
      at = page.entries.at(-1)?.position ?? at
      isComplete = page.complete
    }
    expect(sizes).toEqual([1_000, 1_000, 300])
    expect(found.map(({ value }) => value)).toEqual(values)
    expect(at).toEqual(await end())
  })

  test('ends a page before it is large', async () => {
    const start = await end()
    const exemptions = Object.fromEntries(Array.from({ length: 200 }, () => [`sid:${randomUUID()}`, 1]))
    const large = (value: string): KeyedMark => ({ ...keyed(value), mark: { ...keyed('').mark, exemptions } })
    await store.record(Array.from({ length: 300 }, (_, index) => large(String(index))))
    const page = await store.read(0, start)
    expect(page).toMatchObject({ reset: false, complete: false })
    expect(JSON.stringify(page).length).toBeLessThan(2_000_000)
  })

  test('is trimmed, never below its length, and then reads as reset', async () => {
    const start = await end()
    const values = Array.from({ length: 3_000 }, (_, index) => String(index))
    const positions: LogPosition[] = []
    for (let from = 0; from < values.length; from += 500) {
      await store.record(values.slice(from, from + 500).map(keyed))
      positions.push(await end())
    }
    const length = await client.xlen(`{${prefix}:0}:log`)
    expect(length).toBeGreaterThanOrEqual(1_000)
    expect(length).toBeLessThan(1_500)
    expect(await store.read(0, start)).toEqual({ reset: true, position: await end() })
    expect(keysIn(await store.read(0, positions[3]))).toHaveLength(1_000)
  })

  test.for([
    ['the feed is deleted', (name: string) => client.del(`{${name}:0}:feed`)],
    ['the log is deleted', (name: string) => client.del(`{${name}:0}:log`)],
    ['an entry in the middle is deleted', (name: string) => client.xdel(`{${name}:0}:log`, '3-0')],
    ['the oldest entries are deleted', (name: string) => client.xtrim(`{${name}:0}:log`, 'MINID', '4-0')],
    ['both are deleted', (name: string) => client.del(`{${name}:0}:feed`, `{${name}:0}:log`)],
    ['an entry is replaced', (name: string) => replaceLast(name)],
  ] as const)('is reset when %s', async ([, damage]) => {
    await store.record([keyed('1'), keyed('2')])
    const at = await end()
    await store.record([keyed('3'), keyed('4'), keyed('5')])
    expect(keysIn(await store.read(0, at))).toHaveLength(3)
    await damage(prefix)
    expect(await store.read(0, at)).toEqual({ reset: true, position: await end() })
    await store.record([keyed('6')])
    expect(await store.read(0, at)).toMatchObject({ reset: true })
    const now = await end()
    await store.record([keyed('7')])
    expect(keysIn(await store.read(0, now))).toEqual([keyed('7').key])
  })

  async function replaceLast(name: string): Promise<void> {
    const log = `{${name}:0}:log`
    const entries = await client.xrange(log, '-', '+')
    await client.del(log)
    for (const [id, fields] of entries) {
      const other = id === '5-0' ? ['tip', 'other', ...fields.slice(2)] : fields
      await client.xadd(log, id, ...other)
    }
  }

  test.for([
    ['the loss of the feed', async (name: string) => client.del(`{${name}:0}:feed`)],
    ['an earlier position of the feed', async (name: string) => client.hset(`{${name}:0}:feed`, 'sequence', '1')],
    [
      'a key of another type',
      async (name: string) => client.multi().del(`{${name}:0}:log`).set(`{${name}:0}:log`, '').exec(),
    ],
  ] as const)('begins again after %s, and loses no mark', async ([, damage]) => {
    await store.record([keyed('1'), keyed('2')])
    const at = await end()
    await damage(prefix)
    expect(await store.record([keyed('3'), keyed('4')])).toEqual([true, true])
    expect(await store.read(0, at)).toMatchObject({ reset: true, position: { sequence: 2 } })
    expect((await end()).epoch).not.toBe(at.epoch)
    const now = await end()
    await store.record([keyed('5')])
    expect(keysIn(await store.read(0, now))).toEqual([keyed('5').key])
  })

  test('resets a position that it never had', async () => {
    await store.record([keyed('1'), keyed('2')])
    const at = await end()
    for (const other of [
      { ...at, epoch: 'other' },
      { ...at, tip: 'other' },
      { ...at, sequence: 3 },
      { ...at, sequence: 1 },
      { ...at, sequence: -1 },
      { ...at, sequence: 1.5 },
      { ...at, sequence: Number.NaN },
    ])
      expect(await store.read(0, other)).toEqual({ reset: true, position: at })
    expect(await store.read(0, at)).toEqual({ reset: false, entries: [], position: at, complete: true })
  })

  test('rejects if an entry has a mark that this version cannot read', async () => {
    const at = await end()
    await store.record([keyed('1')])
    const [[, fields] = ['', []]] = await client.xrange(`{${prefix}:0}:log`, '-', '+')
    await client.del(`{${prefix}:0}:log`)
    await client.xadd(`{${prefix}:0}:log`, '1-0', ...fields.slice(0, -1), '[9]')
    await expect(store.read(0, at)).rejects.toMatchObject({ code: 'ERR_CORRUPT_MARK' })
  })
})
