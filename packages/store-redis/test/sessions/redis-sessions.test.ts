import { randomUUID } from 'node:crypto'
import { closeAllRememberedMs, type SessionStore } from '@revoked/core/sessions'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { redisSessions, redisStore } from '../../src/index.ts'
import { logIn, sessionOf } from '../support/sessions.ts'

let server: RedisServer
let client: Redis
let prefix: string
let store: SessionStore
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
})
beforeEach(() => {
  prefix = `test-${randomUUID()}`
  store = redisSessions(client, { prefix })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

const keysOf = async (): Promise<string[]> => (await client.keys(`{${prefix}:*`)).sort()

describe('the keys of a subject', () => {
  test('can be read by an operator: a hash, a sorted set, and an expiry for each session', async () => {
    const session = sessionOf('ada@example.com', { id: 'phone' })
    await store.open(session)
    const tag = `{${prefix}:ada@example.com}`
    expect(await keysOf()).toEqual([`${tag}/phone`, `${tag}:expiry`, `${tag}:open`])
    const { openedAt, usedAt, authenticatedAt, idleMs, endsAt, data } = session
    const text = ['1', openedAt, usedAt, authenticatedAt, idleMs, endsAt, data].join(' ')
    expect(await client.hgetall(`${tag}:open`)).toEqual({ phone: text })
    expect(await client.zscore(`${tag}:expiry`, 'phone')).toBe(String(usedAt + idleMs))
    expect(await client.get(`${tag}/phone`)).toBe(String(usedAt + idleMs))
  })

  test('expire with their session, or with the last one, also after it was closed or used', async () => {
    const now = Date.now()
    const early = sessionOf('ada', { usedAt: now, idleMs: 60_000 })
    const late = sessionOf('ada', { usedAt: now, idleMs: 120_000 })
    const expiries = async (): Promise<number[]> => {
      const keys = [':expiry', `/${early.id}`, `/${late.id}`, ':open']
      return await Promise.all(keys.map((key) => client.pexpiretime(`{${prefix}:ada}${key}`)))
    }
    // A key still exists at its PXAT, and a session has expired then.
    const times = (last: number, ofEarly: number, ofLate: number): number[] => [last, ofEarly - 1, ofLate - 1, last]
    await store.open(late)
    await store.open(early)
    expect(await expiries()).toEqual(times(now + 120_000, now + 60_000, now + 120_000))
    await store.touch({ subject: 'ada', id: early.id, usedAt: now + 90_000 })
    expect(await expiries()).toEqual(times(now + 150_000, now + 150_000, now + 120_000))
    await store.close('ada', [early.id])
    expect(await expiries()).toEqual([now + 120_000, -2, now + 119_999, now + 120_000])
    await store.closeAll('ada', { openedUntil: Infinity })
    const closed = `{${prefix}:ada}:closed`
    expect(await keysOf()).toEqual([closed])
    const left = await client.pttl(closed)
    expect(left).toBeGreaterThan(590_000)
    expect(left).toBeLessThanOrEqual(closeAllRememberedMs)
  })

  test('lose what has expired at the next call', async () => {
    await store.open(sessionOf('ada', { id: 'kept' }))
    await store.open(sessionOf('ada', { id: 'gone', idleMs: 30 }))
    await expect.poll(() => store.count('ada')).toBe(1)
    const tag = `{${prefix}:ada}`
    expect(await client.zrange(`${tag}:expiry`, 0, '-1')).toEqual(['kept'])
    expect(await client.hkeys(`${tag}:open`)).toEqual(['kept'])
    expect(await keysOf()).toEqual([`${tag}/kept`, `${tag}:expiry`, `${tag}:open`])
  })

  test.each([
    'a}:x',
    '{a',
    'a:b',
    'a%3Ab',
    'a b',
    '',
    '#a',
    '"',
    '"\\ud800"',
    '\ud800',
    '\ufffd',
    'é',
    'e\u0301',
    'x'.repeat(200),
  ])('are separate for the subject %j', async (subject) => {
    const others = ['a', 'b', 'b}', 'a}', 'a:b', 'a%3Ab', '"\\ud800"', '\ud800', '\udc00', '\ufffd', '']
    await store.open(sessionOf(subject, { id: 's' }))
    for (const other of others) expect(await store.count(other)).toBe(other === subject ? 1 : 0)
    expect((await keysOf()).every((key) => /^[\x21-\x7e]+$/.test(key))).toBe(true)
  })

  test('are separate for a prefix that begins with another one', async () => {
    await store.open(sessionOf('a:b'))
    expect(await redisSessions(client, { prefix: `${prefix}:a` }).count('b')).toBe(0)
  })

  test('are no keys of marks, even under the same prefix', async () => {
    await store.open(sessionOf('0', { id: 'jti:a' }))
    const marks: unknown[] = []
    for await (const page of redisStore(client, { prefix }).scan(0)) marks.push(...page)
    expect(marks).toEqual([])
    expect(await keysOf()).toHaveLength(3)
  })

  test('contain no subject if hashSubjects is set', async () => {
    const hashing = redisSessions(client, { prefix, hashSubjects: true })
    await hashing.open(sessionOf('ada@example.com', { id: 's' }))
    expect((await keysOf()).join()).not.toContain('ada')
    expect(await hashing.list('ada@example.com')).toMatchObject([{ subject: 'ada@example.com', id: 's' }])
    expect(await store.count('ada@example.com')).toBe(0)
  })
})

describe('a session', () => {
  test.each([
    '',
    '1 2 3',
    ' a ',
    '\n\r\0',
    '"',
    '"a"',
    '%s%d\\n',
    '\ud800',
    '\u{1f600}',
    '\ufffd',
    'x'.repeat(100_000),
  ])('keeps its id and its data: %.20j', async (text) => {
    const session = sessionOf('ada', { id: text, data: text })
    await store.open(session)
    expect(await store.list('ada')).toEqual([session])
    expect(await store.get(session)).toEqual(session)
    const used = { ...session, usedAt: session.usedAt + 1_000, authenticatedAt: session.authenticatedAt + 2_000 }
    expect(await store.touch(used)).toEqual(used)
    expect(await store.find([session])).toEqual([used.usedAt + used.idleMs])
    expect(await store.open(sessionOf('ada'), { maxOpen: 1, instead: [] })).toEqual({
      opened: false,
      leastUsed: [text],
    })
    expect(await store.close('ada', [text])).toEqual([text])
  })

  test('keeps the greatest whole instants', async () => {
    const most = Number.MAX_SAFE_INTEGER
    const session = sessionOf('ada', { openedAt: 0, idleMs: most, endsAt: most })
    await store.open(session)
    const used = { ...session, usedAt: most - 1, authenticatedAt: most - 2 }
    expect(await store.touch(used)).toEqual(used)
    expect(await store.get(session)).toEqual(used)
    expect(await store.find([session])).toEqual([most])
  })

  test('is refused if an instant is not a whole number of ms, or a text no string', async () => {
    for (const fields of [{ openedAt: 0.5 }, { usedAt: Number.NaN }, { endsAt: Infinity }, { idleMs: -1 }])
      await expect(store.open(sessionOf('ada', fields))).rejects.toThrow(RangeError)
    await expect(store.open(sessionOf('ada'), { maxOpen: 1.5, instead: [] })).rejects.toThrow(RangeError)
    await expect(store.touch({ ...sessionOf('ada'), usedAt: 1.5 })).rejects.toThrow(RangeError)
    for (const fields of [{ id: 1 }, { data: undefined }] as object[])
      await expect(store.open({ ...sessionOf('ada'), ...fields })).rejects.toThrow(/must be strings/)
    expect(await keysOf()).toEqual([])
  })

  test('does not move backwards by a use that is noted late', async () => {
    const session = sessionOf('ada')
    await store.open(session)
    expect(await store.touch({ ...session, usedAt: session.usedAt - 1, authenticatedAt: 0 })).toEqual(session)
    expect(await store.find([session])).toEqual([session.usedAt + session.idleMs])
  })

  test('that is not open any more is neither used nor found', async () => {
    const session = sessionOf('ada', { idleMs: 20 })
    await store.open(session)
    await expect.poll(() => store.find([session])).toEqual([undefined])
    expect(await store.touch({ ...session, usedAt: Date.now() })).toBeUndefined()
    expect([await store.get(session), await store.list('ada')]).toEqual([undefined, []])
  })

  test('that is open already stays as it is, and closes what it replaces once more', async () => {
    const [old, session] = [sessionOf('ada'), sessionOf('ada')]
    await store.open(old)
    for (const data of ['first', 'second'])
      expect(await store.open({ ...session, data }, { maxOpen: 1, instead: [old.id] })).toEqual({ opened: true })
    expect(await store.list('ada')).toEqual([{ ...session, data: 'first' }])
  })
})

describe('round-trips', () => {
  /** Returns the commands that the server received from the client of the store during a call. */
  async function commandsOf(call: () => Promise<unknown>): Promise<string[]> {
    const address = /\baddr=(\S+)/.exec(String(await client.client('INFO')))?.[1]
    const monitor = await client.monitor()
    const seen: string[] = []
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source === address) seen.push(args[0] ?? '')
    })
    const end = randomUUID()
    await call()
    await client.echo(end)
    await expect.poll(() => seen.includes('echo')).toBe(true)
    monitor.disconnect()
    return seen.filter((command) => command !== 'echo')
  }

  test('each call takes one', async () => {
    const session = sessionOf('ada')
    const calls = [
      () => store.open(session, { maxOpen: 3, instead: ['a'] }),
      () => store.touch({ ...session, usedAt: Date.now() + 1_000 }),
      () => store.get(session),
      () => store.list('ada'),
      () => store.count('ada'),
      async () => await store.find([session]),
      () => store.close('ada', [session.id]),
      () => store.closeAll('ada', { openedUntil: Date.now() }),
    ]
    for (const call of calls) await call()
    for (const call of calls) expect(await commandsOf(call)).toEqual([expect.stringMatching(/^(evalsha|mget)$/i)])
  })

  test('finds of one turn share one', async () => {
    const sessions = Array.from({ length: 31 }, (_, index) => sessionOf(`user-${index % 10}`))
    await Promise.all(sessions.map((session) => store.open(session)))
    await store.find([sessionOf('ada')])
    const commands = await commandsOf(async () => {
      const found = await Promise.all(sessions.map((session) => store.find([sessionOf('ada'), session])))
      expect(found).toEqual(sessions.map(({ usedAt, idleMs }) => [undefined, usedAt + idleMs]))
    })
    expect(commands).toEqual(['MGET'])
  })

  test('a find of many sessions is cut into slices', async () => {
    const session = sessionOf('ada')
    await store.open(session)
    const found = await store.find([...Array.from({ length: 2_500 }, () => sessionOf('ada')), session])
    expect(found).toEqual([...Array.from({ length: 2_500 }, () => undefined), session.usedAt + session.idleMs])
    expect(await store.find([])).toEqual([])
  })
})

test('a subject may have thousands of sessions', async () => {
  const sessions = Array.from({ length: 3_000 }, () => sessionOf('ada'))
  await Promise.all(sessions.map((session) => store.open(session)))
  const ids = sessions.map(({ id }) => id).sort()
  expect((await store.list('ada')).map(({ id }) => id).sort()).toEqual(ids)
  await logIn(store, sessionOf('ada', { id: 'new' }), 2_000)
  expect(await store.count('ada')).toBe(2_000)
  expect(await store.closeAll('ada', { openedUntil: Infinity, except: 'new' })).toHaveLength(1_999)
  expect((await store.list('ada')).map(({ id }) => id)).toEqual(['new'])
})
