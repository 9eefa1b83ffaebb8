import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { createRevocation, type KeyedMark, type Mark, marksEqual, mergeMarks } from '@revoked/core'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisStore } from '../../src/index.ts'

let server: RedisServer
let client: Redis
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port, enableOfflineQueue: true })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

function keyed(value: string, fields: Partial<Mark> = {}): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000, ...fields } }
}

describe('a key in Redis', () => {
  test('expires at the millisecond of the mark', async () => {
    const prefix = randomUUID()
    const expiresAt = Date.now() + 123_457
    await redisStore(client, { prefix }).record([
      keyed('a', { expiresAt }),
      keyed('a', { expiresAt: expiresAt - 1_000 }),
    ])
    expect(await client.pexpiretime(`{${prefix}:0}:jti:a`)).toBe(expiresAt)
  })

  test('is readable for an operator, and has the hash tag of all keys', async () => {
    const prefix = randomUUID()
    const revocation = createRevocation({ store: redisStore(client, { prefix }), maxTokenLifetime: '1h' })
    await revocation.revoke([{ subject: 'ada@example.com' }, { session: 'phone:1' }, { everything: true }])
    const keys = await client.keys(`{${prefix}:0}:*`)
    expect(keys.map((key) => key.replace(`{${prefix}:0}:`, '')).sort()).toEqual([
      'all:',
      'feed',
      'log',
      'settings',
      'sid:phone:1',
      'sub:ada@example.com',
    ])
  })

  test('contains no id if hashIds is set, and is found', async () => {
    const prefix = randomUUID()
    const store = redisStore(client, { prefix, hashIds: true })
    await store.record([keyed('ada@example.com')])
    expect((await client.keys(`{${prefix}:0}:*`)).join()).not.toContain('ada')
    expect(await store.find([keyed('ada@example.com').key])).toHaveLength(1)
  })

  test('cannot equal the hash of another id', async () => {
    const prefix = randomUUID()
    const store = redisStore(client, { prefix })
    await store.record([keyed('\u{1f600}')])
    const [hash = ''] = (await client.keys(`{${prefix}:0}:jti:*`)).map((key) => key.split(':jti:')[1])
    expect(hash).toMatch(/^#/)
    expect(await store.find([keyed(hash).key])).toEqual([])
  })

  test('belongs to one of the partitions, which have separate logs', async () => {
    const prefix = randomUUID()
    const store = redisStore(client, { prefix, partitions: 4 })
    const marks = Array.from({ length: 100 }, (_, index) => keyed(`${index}`))
    await store.record(marks)
    expect(await store.find(marks.map(({ key }) => key))).toHaveLength(100)
    expect(await client.keys(`{${prefix}:*}:feed`)).toHaveLength(4)
    expect(new Set(marks.map(({ key }) => store.logOf(key)))).toEqual(new Set([0, 1, 2, 3]))
  })
})

describe('concurrent writers', () => {
  test('in four processes produce exactly the merge of all their marks', async () => {
    const prefix = randomUUID()
    const expiresAt = Date.now() + 600_000
    const now = Date.now()
    const marks = Array.from({ length: 100 }, (_, index) => ({
      cutoff: now - (index % 13),
      expiresAt: expiresAt + index,
      exemptions: { [`sid:${index % 7}`]: now - 100 - index },
    }))
    await Promise.all(
      [0, 1, 2, 3].map((part) =>
        recordElsewhere(
          prefix,
          marks.filter((_, index) => index % 4 === part),
        ),
      ),
    )
    const [found] = await redisStore(client, { prefix }).find([{ scope: 'sub', value: 'ada' }])
    expect(found && marksEqual(found.mark, marks.reduce<Mark>(mergeMarks, marks[0] as Mark))).toBe(true)
  }, 30_000)

  test('in four processes that revoke one token: one call of a hundred was first', async () => {
    const prefix = randomUUID()
    const mark = { cutoff: Infinity, expiresAt: Date.now() + 600_000 }
    const answers = await Promise.all([0, 1, 2, 3].map(() => recordElsewhere(prefix, new Array(25).fill(mark))))
    expect(answers.flat().filter(Boolean)).toHaveLength(1)
  }, 30_000)
})

/**
 * Records marks of one subject, all at once, in another process. Returns the answers of the calls.
 */
async function recordElsewhere(prefix: string, marks: readonly object[]): Promise<boolean[]> {
  const child = fork(new URL('../support/record-elsewhere.mjs', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Without the conditions of the test runner, the process uses the built packages.
    execArgv: [],
  })
  // Infinity does not survive JSON.
  child.send({
    port: server.port,
    prefix,
    marks: marks.map((mark) => ({ ...mark, isTotal: 'cutoff' in mark && mark.cutoff === Infinity })),
  })
  return await new Promise((resolve, reject) => {
    child.once('message', (answers) => resolve(answers as boolean[]))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The recording process ended with ${code}.`)))
  })
}

describe('errors', () => {
  test('a key rejects if it holds another type or another text', async () => {
    const prefix = randomUUID()
    const store = redisStore(client, { prefix })
    await client.hset(`{${prefix}:0}:jti:hash`, 'field', 'value')
    await client.set(`{${prefix}:0}:jti:text`, 'somebody else’s')
    await expect(store.record([keyed('hash')])).rejects.toThrow(/WRONGTYPE/)
    for (const value of ['text']) {
      await expect(store.record([keyed(value)])).rejects.toMatchObject({ code: 'ERR_CORRUPT_MARK' })
      await expect(store.find([keyed(value).key])).rejects.toMatchObject({ code: 'ERR_CORRUPT_MARK' })
    }
  })

  test('a full server rejects records, and still finds marks', async () => {
    const full = await startRedis({ args: ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'] })
    const toFull = new Redis({ port: full.port })
    const store = redisStore(toFull)
    await store.record([keyed('before')])
    // The pieces become smaller, because the buffer of a large command is free again after its
    // refusal.
    for (const size of [100_000, 1_000, 10]) {
      const fill = async (): Promise<void> => {
        for (let index = 0; index < 20_000; index++) await toFull.set(`filler-${size}-${index}`, 'x'.repeat(size))
      }
      await expect(fill()).rejects.toThrow(/OOM/)
    }
    await expect(store.record([keyed('after')])).rejects.toThrow(/OOM/)
    expect(await store.find([keyed('before').key, keyed('after').key])).toHaveLength(1)
    toFull.disconnect()
    await full.stop()
  })

  test('a server that lost its scripts receives them again', async () => {
    const store = redisStore(client, { prefix: randomUUID() })
    await store.record([keyed('a')])
    await client.script('FLUSH')
    expect(await store.record([keyed('b')])).toEqual([true])
    await client.script('FLUSH')
    await store.forget([keyed('b').key])
    expect(await store.find([keyed('a').key, keyed('b').key])).toHaveLength(1)
  })

  test('a forget that runs late rejects, because the mark may be a new one', { timeout: 15_000 }, async () => {
    const slow = await startRedis()
    const toSlow = new Redis({ port: slow.port })
    const store = redisStore(toSlow)
    const { key } = keyed('a')
    await store.record([keyed('a')])
    await slow.command('CLIENT', 'PAUSE', 5_200, 'WRITE')
    await expect(store.forget([key])).rejects.toThrow(/took more than 5000 ms/)
    expect(await store.find([key])).toHaveLength(1)
    toSlow.disconnect()
    await slow.stop()
  })

  test('a check keeps its deadline on a hanging server, with a default client', async () => {
    const hung = await startRedis()
    const toHung = new Redis({ port: hung.port })
    const revocation = createRevocation({ store: redisStore(toHung), maxTokenLifetime: '1h', timeout: '200ms' })
    const iat = Math.floor(Date.now() / 1_000)
    const claims = { jti: 'a', iat, exp: iat + 60 }
    await revocation.revoke({ token: claims })
    hung.kill('SIGSTOP')
    expect(await revocation.check(claims)).toMatchObject({ status: 'unavailable', allowed: false })
    await expect(revocation.revoke({ session: 's' })).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
    hung.kill('SIGCONT')
    await expect.poll(async () => (await revocation.check(claims)).status, { timeout: 5_000 }).toBe('revoked')
    toHung.disconnect()
    await hung.stop()
  })
})

test('no error contains an id, a host or a password', async () => {
  const gone = await startRedis()
  const password = 'S3CRET-password'
  const toGone = new Redis({
    port: gone.port,
    password,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    lazyConnect: true,
  })
  toGone.on('error', () => undefined)
  await toGone.connect().catch(() => undefined)
  await gone.stop()
  const store = redisStore(toGone)
  const wrongType = `{revoked:0}:jti:S3CRET-id`
  await client.hset(wrongType, 'field', 'value')
  const calls = [
    () => store.find([keyed('S3CRET-id').key]),
    () => store.record([keyed('S3CRET-id')]),
    () => store.forget([keyed('S3CRET-id').key]),
    () => redisStore(client).record([keyed('S3CRET-id')]),
  ]
  for (const call of calls) {
    const error: unknown = await Promise.resolve(call()).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(Error)
    expect(inspect(error, { depth: 10 })).not.toMatch(/S3CRET|127\.0\.0\.1/)
  }
  toGone.disconnect()
})

describe('a client', () => {
  test('with a keyPrefix is refused, because it rewrites keys but not channels', () => {
    const prefixed = new Redis({ port: server.port, keyPrefix: 'app:', lazyConnect: true })
    expect(() => redisStore(prefixed)).toThrow(/prefix option/)
  })

  test('of an unknown kind is refused', () => {
    expect(() => redisStore({} as Redis)).toThrow(TypeError)
    expect(() => redisStore(undefined as unknown as Redis)).toThrow(TypeError)
  })
})
