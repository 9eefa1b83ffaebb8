import { randomUUID } from 'node:crypto'
import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { createRevocation, type FollowableStore, type Revocation } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type RedisClient, type RedisStoreOptions, redisStore } from '../../src/index.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const clients: readonly (readonly [name: string, connect: () => Promise<RedisClient>])[] = [
  [
    'ioredis 6',
    async () => {
      const client = new Redis({ port: server.port })
      onTestFinished(() => client.disconnect())
      return client
    },
  ],
  [
    'node-redis 6',
    async () => {
      const client = createClient({ socket: { port: server.port } })
      await client.connect()
      onTestFinished(() => client.destroy())
      return client
    },
  ],
]

/** Everything that anyone could see: the server's commands, its data, pushes, and traces. */
interface Seen {
  readonly monitored: string[]
  readonly traced: string[]
  readonly pushed: string[]
  readonly kept: () => Promise<string>
}

async function watch(prefix: string): Promise<Seen> {
  const observer = new Redis({ port: server.port })
  // ioredis fails if a command of another connection, as its own INFO, comes while this begins.
  await observer.ping()
  const monitor = await observer.monitor()
  const subscriber = new Redis({ port: server.port })
  const [monitored, traced, pushed]: [string[], string[], string[]] = [[], [], []]
  monitor.on('monitor', (_time, args: string[]) => monitored.push(args.join(' ')))
  subscriber.on('pmessage', (_pattern, channel: string, text: string) => pushed.push(`${channel} ${text}`))
  await subscriber.psubscribe('*')
  const trace = (message: unknown): void => void traced.push(JSON.stringify(message))
  const channels = ['ioredis:command', 'ioredis:batch', 'node-redis:command', 'node-redis:batch'].map((name) =>
    tracingChannel(name),
  )
  const subscribers = { start: trace, end: trace, asyncStart: trace, asyncEnd: trace, error: trace }
  for (const channel of channels) channel.subscribe(subscribers)
  onTestFinished(() => {
    for (const channel of channels) channel.unsubscribe(subscribers)
    for (const connection of [observer, monitor, subscriber]) connection.disconnect()
  })
  const kept = async (): Promise<string> => {
    const keys = await observer.keys(`{${prefix}:*`)
    const dumps = await Promise.all(
      keys.map(async (key) => {
        const type = await observer.type(key)
        if (type === 'stream') return JSON.stringify(await observer.xrange(key, '-', '+'))
        return type === 'hash' ? JSON.stringify(await observer.hgetall(key)) : await observer.get(key)
      }),
    )
    return [...keys, ...dumps].join('\n')
  }
  return { monitored, traced, pushed, kept }
}

/** Ids that nobody else has. */
const ids = {
  sub: `ada-${randomUUID()}@example.com`,
  sid: `session-${randomUUID()}`,
  jti: `token-${randomUUID()}`,
  tenant: `tenant-${randomUUID()}`,
  family: `login-${randomUUID()}`,
  refresh: `refresh-${randomUUID()}`,
}

/** Uses the store in every way. */
async function useAll(store: FollowableStore, revocation: Revocation): Promise<void> {
  const iat = Math.floor(Date.now() / 1_000) - 60
  const claims = { sub: ids.sub, sid: ids.sid, jti: ids.jti, tenant: ids.tenant, iat, exp: iat + 600 }
  const subscriptions = Array.from({ length: store.logs }, (_, log) =>
    store.subscribe(log, { entries: () => {}, wake: () => {} }),
  )
  onTestFinished(() => {
    for (const { close } of subscriptions) close()
  })
  await eventually(() => subscriptions.every(({ status }) => status().isOpen), 'the subscriptions are open')
  const starts = await Promise.all(subscriptions.map((_, log) => store.read(log)))
  await revocation.revoke({ subject: ids.sub }, { except: claims })
  expect(await revocation.check(claims)).toMatchObject({ status: 'active' })
  expect(await revocation.check({ ...claims, sid: 'another' })).toMatchObject({ status: 'revoked', by: 'sub' })
  await revocation.revoke([{ session: ids.sid }, { token: claims }, { claim: 'tenant', value: ids.tenant }])
  expect(await revocation.check(claims)).toMatchObject({ status: 'revoked' })
  await revocation.reinstate({ session: ids.sid })
  const families = createFamilies(revocation)
  const spent = { generation: 1, tokenId: ids.refresh }
  expect(await Promise.all([families.spend(ids.family, spent), families.spend(ids.family, spent)])).toContain(true)
  expect((await families.find(ids.family))?.tokenIds).toEqual([families.nameOf(ids.refresh)])
  for (const [log, { position }] of starts.entries()) {
    expect(await store.read(log, position)).toMatchObject({ reset: false, complete: true })
    for await (const _ of store.scan(log));
  }
}

async function idsSeen(connect: () => Promise<RedisClient>, options: RedisStoreOptions): Promise<object> {
  const prefix = randomUUID()
  const seen = await watch(prefix)
  const store = redisStore(await connect(), { prefix, ...options })
  const revocation = createRevocation({ store, maxTokenLifetime: '1h', claims: ['tenant'] })
  await useAll(store, revocation)
  await eventually(() => seen.pushed.length >= 4, 'the pushes arrive')
  await eventually(() => seen.monitored.length > 20 && seen.traced.length > 20, 'the commands are seen')
  const idsIn = (text: string): string[] =>
    Object.entries(ids).flatMap(([name, id]) => (text.includes(id) ? [name] : []))
  return {
    monitored: idsIn(seen.monitored.join('\n')),
    traced: idsIn(seen.traced.join('\n')),
    pushed: idsIn(seen.pushed.join('\n')),
    kept: idsIn(await seen.kept()),
  }
}

const all = Object.keys(ids)
const none: readonly string[] = []

describe.each(clients)('over %s', (_, connect) => {
  test('no id is in the clear anywhere with hashIds', async () => {
    for (const partitions of [1, 4])
      expect(await idsSeen(connect, { hashIds: true, partitions })).toEqual({
        monitored: none,
        traced: none,
        pushed: none,
        kept: none,
      })
  })

  test('every id is seen without hashIds, by the same means', async () => {
    expect(await idsSeen(connect, {})).toEqual({
      monitored: all,
      traced: all,
      pushed: all,
      // The session was reinstated, but stays exempt.
      kept: all,
    })
  })

  test.for([
    ['is of another type', (key: string) => server.command('LPUSH', key, 'a')],
    ['is no mark', (key: string) => server.command('SET', key, 'a')],
  ] as const)('no error contains an id if a value %s', async ([, damage]) => {
    for (const hashIds of [false, true]) {
      const prefix = randomUUID()
      const store = redisStore(await connect(), { prefix, hashIds })
      const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
      await revocation.ready()
      const key = store.logKey({ scope: 'sub', value: ids.sub })
      expect(key.value.includes(ids.sub)).toBe(!hashIds)
      await damage(`{${prefix}:0}:sub:${key.value}`)
      const iat = Math.floor(Date.now() / 1_000)
      const scanned = async (): Promise<void> => {
        for await (const _ of store.scan(0));
      }
      const verdict = await revocation.check({ sub: ids.sub, iat, exp: iat + 60 })
      const failures = await Promise.allSettled([
        revocation.revoke({ subject: ids.sub }),
        store.find([{ scope: 'sub', value: ids.sub }]),
        scanned(),
      ])
      expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
      expect(inspect([verdict, failures], { depth: 20, showHidden: true })).not.toContain(ids.sub)
    }
  })
})
