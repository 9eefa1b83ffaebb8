import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import type { SessionStore } from '@revoked/core/sessions'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { redisSessions } from '../../src/index.ts'
import { sessionOf } from '../support/sessions.ts'

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

const started: (() => unknown)[] = []
afterEach(async () => {
  for (const end of started.splice(0).reverse()) await end()
})

/** Starts another server with a client. */
async function startOther(...args: string[]): Promise<{ other: RedisServer; toOther: Redis; store: SessionStore }> {
  const other = await startRedis({ args })
  const toOther = new Redis({ port: other.port, enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true })
  toOther.on('error', () => undefined)
  await toOther.connect()
  started.push(
    () => other.stop(),
    () => toOther.disconnect(),
  )
  return { other, toOther, store: redisSessions(toOther) }
}

/** Returns every call of a store on the sessions of a subject. */
function callsOf(store: SessionStore, id = 'a', subject = 'ada'): Readonly<Record<string, () => Promise<unknown>>> {
  return {
    open: () => store.open(sessionOf(subject), { maxOpen: 1, instead: [] }),
    touch: () => store.touch({ subject, id, usedAt: Date.now() + 1 }),
    find: async () => await store.find([{ subject, id }]),
    list: () => store.list(subject),
    get: () => store.get({ subject, id }),
    count: () => store.count(subject),
    close: () => store.close(subject, [id]),
    closeAll: () => store.closeAll(subject, { openedUntil: Date.now() }),
  }
}

/** Returns what each call rejects with: the word of the server, or the name of the error. */
async function rejectionsOf(store: SessionStore): Promise<Record<string, unknown>> {
  const rejections: Record<string, unknown> = {}
  for (const [name, call] of Object.entries(callsOf(store)))
    rejections[name] = await call().then(
      () => 'resolved',
      (error: unknown) => (error as { reply?: string }).reply ?? (error as Error).name,
    )
  return rejections
}

const names = Object.keys(callsOf(redisSessions(new Redis({ lazyConnect: true }))))
const allAs = (word: string): Record<string, string> => Object.fromEntries(names.map((name) => [name, word]))

describe('a key of another type', () => {
  test.each(['open', 'expiry'])('rejects what uses it: %s', async (key) => {
    const prefix = randomUUID()
    await client.set(`{${prefix}:ada}:${key}`, 'of somebody else')
    const store = redisSessions(client, { prefix })
    if (key === 'expiry') expect(await rejectionsOf(store)).toEqual({ ...allAs('WRONGTYPE'), find: 'resolved' })
    else await expect(store.open(sessionOf('ada'))).rejects.toThrow(/WRONGTYPE/)
    expect(await client.get(`{${prefix}:ada}:${key}`)).toBe('of somebody else')
  })

  test('in the place of the last close of all rejects logins and closes of all', async () => {
    const prefix = randomUUID()
    await client.hset(`{${prefix}:ada}:closed`, 'field', 'value')
    const store = redisSessions(client, { prefix })
    await expect(store.open(sessionOf('ada'))).rejects.toThrow(/WRONGTYPE/)
    await expect(store.closeAll('ada', { openedUntil: 1 })).rejects.toThrow(/WRONGTYPE/)
    expect(await store.count('ada')).toBe(0)
  })

  test('in the place of the expiry of a session opens nothing', async () => {
    const prefix = randomUUID()
    await client.hset(`{${prefix}:ada}/a`, 'field', 'value')
    const store = redisSessions(client, { prefix })
    expect(await store.find([{ subject: 'ada', id: 'a' }])).toEqual([undefined])
    expect(await store.count('ada')).toBe(0)
  })
})

test.each(['text', '', '1.5', '-1', '0x7f', '1e3'])(
  'a last close of all that is %j rejects logins until the next one',
  async (text) => {
    const prefix = randomUUID()
    const store = redisSessions(client, { prefix })
    await client.set(`{${prefix}:ada}:closed`, text)
    await expect(store.open(sessionOf('ada'))).rejects.toMatchObject({ code: 'ERR_CORRUPT_SESSION' })
    expect(await store.count('ada')).toBe(0)
    const session = sessionOf('ada')
    await store.closeAll('ada', { openedUntil: session.openedAt })
    expect(await store.open(session)).toEqual({ opened: false, closedUntil: session.openedAt })
    expect(await store.open({ ...session, openedAt: session.openedAt + 1 })).toEqual({ opened: true })
  },
)

test.each(['text', '', '1.5', '99999999999999999', '"S3CRET'])(
  'an expiry that is %j rejects the find that needs it, and no other one',
  async (text) => {
    const prefix = randomUUID()
    const store = redisSessions(client, { prefix })
    const [session, other] = [sessionOf('ada'), sessionOf('eve')]
    for (const opened of [session, other]) await store.open(opened)
    await client.set(`{${prefix}:ada}/${session.id}`, text)
    const [found, rest] = await Promise.allSettled([store.find([session]), store.find([other])])
    expect(rest).toEqual({ status: 'fulfilled', value: [other.usedAt + other.idleMs] })
    expect(found).toMatchObject({ status: 'rejected', reason: { code: 'ERR_CORRUPT_SESSION' } })
    expect(inspect(found, { depth: 10 })).not.toContain('S3CRET')
  },
)

describe('a text that is not a session', () => {
  const now = Date.now()
  test.each([
    'text',
    '',
    `2 ${now} ${now} ${now} 1 ${now} data`,
    `1 ${now} ${now} ${now} 1 ${now}`,
    `1 ${now}  ${now} ${now} 1 ${now} data`,
    `1 ${now} ${now} ${now} 1.5 ${now} data`,
    `1 ${now} -1 ${now} 1 ${now} data`,
    `1 99999999999999999 ${now} ${now} 1 ${now} data`,
    `1 9999999999999999 ${now} ${now} 1 ${now} data`,
    `1 ${now} ${now} ${now} 1 ${now} "S3CRET`,
  ])('rejects to be read, and is never quoted: %s', async (text) => {
    const prefix = randomUUID()
    const store = redisSessions(client, { prefix })
    await store.open(sessionOf('ada', { id: 'a' }))
    await client.hset(`{${prefix}:ada}:open`, 'a', `${text}`)
    const { list, get, touch } = callsOf(store)
    for (const call of [list, get, touch]) {
      const error: unknown = await call?.().catch((cause: unknown) => cause)
      expect(error).toMatchObject({ name: 'CorruptSessionError', code: 'ERR_CORRUPT_SESSION' })
      expect(inspect(error, { depth: 10 })).not.toContain('S3CRET')
    }
  })

  test.each(['replaced', 'lost'])('keeps nobody from logging in or out: %s', async (how) => {
    const prefix = randomUUID()
    const store = redisSessions(client, { prefix })
    for (const id of ['a', 'b']) await store.open(sessionOf('ada', { id }))
    const key = `{${prefix}:ada}:open`
    if (how === 'lost') await client.hdel(key, 'a')
    else await client.hset(key, 'a', 'text')
    const result = await store.open(sessionOf('ada'), { maxOpen: 2, instead: [] })
    expect(result).toEqual({ opened: false, leastUsed: ['a'] })
    expect((await store.closeAll('ada', { openedUntil: Date.now() })).toSorted()).toEqual(['a', 'b'])
    expect(await store.list('ada')).toEqual([])
  })
})

test('a logout ends a session whose sorted set was deleted', async () => {
  const prefix = randomUUID()
  const store = redisSessions(client, { prefix })
  const session = sessionOf('ada')
  await store.open(session)
  await client.del(`{${prefix}:ada}:expiry`)
  expect(await store.close('ada', [session.id])).toEqual([])
  expect(await store.find([session])).toEqual([undefined])
})

describe('a server', () => {
  test('that is a replica refuses every call that could answer wrongly', async () => {
    const { other, store } = await startOther()
    await store.open(sessionOf('ada', { id: 'a' }))
    await other.command('REPLICAOF', '127.0.0.1', server.port)
    expect(await rejectionsOf(store)).toMatchObject({ ...allAs('READONLY'), find: expect.anything() })
  })

  test('that lacks replicas refuses the same calls', async () => {
    const { other, store } = await startOther()
    await store.open(sessionOf('ada', { id: 'a' }))
    await other.command('CONFIG', 'SET', 'min-replicas-to-write', '1')
    expect(await rejectionsOf(store)).toEqual({ ...allAs('NOREPLICAS'), find: 'resolved' })
  })

  test('that is full opens nothing, and carries out everything else', async () => {
    const { other, toOther, store } = await startOther('--maxmemory-policy', 'noeviction')
    await store.open(sessionOf('ada', { id: 'a' }))
    await store.open(sessionOf('ada', { id: 'b' }))
    await toOther.set('filler', 'x'.repeat(1_000_000))
    await other.command('CONFIG', 'SET', 'maxmemory', '1mb')
    await expect(store.open(sessionOf('ada'), { maxOpen: 9, instead: ['b'] })).rejects.toThrow(/OOM/)
    expect(await store.count('ada')).toBe(2)
    const usedAt = Date.now() + 1_000
    expect(await store.touch({ subject: 'ada', id: 'a', usedAt })).toMatchObject({ usedAt })
    expect(await store.find([{ subject: 'ada', id: 'a' }])).toEqual([usedAt + 1_800_000])
    expect(await store.close('ada', ['b'])).toEqual(['b'])
    expect(await store.closeAll('ada', { openedUntil: Date.now() })).toEqual(['a'])
  })

  test('that pauses writes still answers whether sessions are open', async () => {
    const { other, store } = await startOther()
    const session = sessionOf('ada')
    await store.open(session)
    await other.command('CLIENT', 'PAUSE', 60_000, 'WRITE')
    expect(await store.find([session])).toEqual([session.usedAt + session.idleMs])
    await other.command('CLIENT', 'UNPAUSE')
  })

  test('that lost its scripts receives them again', async () => {
    const { toOther, store } = await startOther()
    for (const call of Object.values(callsOf(store))) {
      await toOther.script('FLUSH')
      await call()
    }
    expect(await store.count('ada')).toBe(0)
  })

  test('that is unreachable rejects every call, and is asked again after it is back', async () => {
    const { other, store } = await startOther()
    const session = sessionOf('ada')
    await store.open(session)
    other.kill('SIGKILL')
    const calls = Object.values(callsOf(store))
    for (const { status } of await Promise.allSettled(calls.map((call) => call()))) expect(status).toBe('rejected')
    await other.restart()
    await eventually(async () => [await store.open(session)], 'the client is back', 10_000)
    expect(await store.count('ada')).toBe(1)
  })

  test('of a Cluster answers a client that does not know it, whose sessions are in several slots', async () => {
    const { other, store } = await startOther('--cluster-enabled', 'yes')
    await other.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    const sessions = ['ada', 'bob', 'eve'].map((subject) => sessionOf(subject))
    await eventually(async () => [await store.count('ada')], 'the slots are served')
    for (const session of sessions) await store.open(session)
    for (let turn = 0; turn < 2; turn++)
      expect(await store.find(sessions)).toEqual(sessions.map(({ usedAt, idleMs }) => usedAt + idleMs))
    // The second one has not tried to read them together.
    expect(String(await other.command('INFO', 'errorstats'))).toContain('errorstat_CROSSSLOT:count=1')
  })
})

test('no error contains an id, a subject, a host or a password', async () => {
  const { other, toOther, store } = await startOther()
  const [subject, id] = ['S3CRET-subject', 'S3CRET-id']
  await toOther.set(`{sessions:${subject}}:expiry`, 'S3CRET')
  await toOther.set(`{sessions:${subject}}/${id}`, 'S3CRET')
  const errors = async (): Promise<unknown[]> =>
    await Promise.all(Object.values(callsOf(store, id, subject)).map((call) => call().catch((cause: unknown) => cause)))
  const refused = await errors()
  await other.stop()
  const lost = await errors()
  for (const error of [...refused, ...lost]) {
    expect(error).toBeInstanceOf(Error)
    expect(inspect(error, { depth: 10 })).not.toMatch(/S3CRET|127\.0\.0\.1/)
  }
})

test('wrong options are refused', () => {
  for (const options of [{ prefix: 'a b' }, { prefix: '' }, { hashSubjects: 'yes' }, { hashIds: true }, { ttl: 1 }])
    expect(() => redisSessions(client, options as object)).toThrow(TypeError)
  expect(() => redisSessions({} as Redis)).toThrow(TypeError)
})
