import { randomUUID } from 'node:crypto'
import { createRevocation, type FollowableStore, type Revocation, type Watch } from '@revoked/core'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type RedisClient, redisStore } from '../../src/index.ts'
import { idsIn, listen, revokedToken } from '../support/heard-log.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

type SelectingClient = RedisClient & { select(database: number): Promise<unknown> }

function ioredis(options: { readonly db?: number } = {}): Redis {
  const client = new Redis({ port: server.port, ...options })
  onTestFinished(() => client.disconnect())
  return client
}

async function nodeRedis(options: { readonly database?: number } = {}): Promise<SelectingClient> {
  const client = createClient({ socket: { port: server.port }, ...options })
  await client.connect()
  onTestFinished(() => client.destroy())
  return client
}

async function selected(client: SelectingClient, database: number): Promise<SelectingClient> {
  await client.select(database)
  return client
}

type Connect = (database: number) => Promise<SelectingClient>

/** The ways to use another database, whose number the store knows. */
const byOption: readonly (readonly [name: string, connect: Connect])[] = [
  ['ioredis with the option db', async (db) => ioredis({ db })],
  ['ioredis after select', async (database) => await selected(ioredis(), database)],
  ['node-redis with the option database', async (database) => await nodeRedis({ database })],
]

/** A node-redis client does not tell the database that it has selected. */
const bySelect: readonly (readonly [name: string, connect: Connect])[] = [
  ['node-redis after select', async (database) => await selected(await nodeRedis(), database)],
]

interface Environments {
  readonly production: FollowableStore
  readonly staging: FollowableStore
}

async function open(connect: Connect, prefix: string): Promise<Environments> {
  const [production, staging] = await Promise.all([connect(0), connect(3)])
  return { production: redisStore(production, { prefix }), staging: redisStore(staging, { prefix }) }
}

function revocationOver(store: FollowableStore): { revocation: Revocation; watch: (sub: string) => Watch } {
  const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
  const iat = Math.floor(Date.now() / 1_000) - 60
  return {
    revocation,
    watch: (sub) => {
      const watch = revocation.watch({ sub, jti: randomUUID(), iat, exp: iat + 600 }, { maxStaleness: '1s' })
      onTestFinished(watch.close)
      return watch
    },
  }
}

describe.each([...byOption, ...bySelect])('two environments on one server, over %s,', (_, connect) => {
  test('do not hear each other', async () => {
    const { production, staging } = await open(connect, randomUUID())
    const [heardThere, heardHere] = [await listen(production), await listen(staging)]
    // A subscriber receives messages in the order in which they were sent.
    await production.record([revokedToken('of-production')])
    await staging.record([revokedToken('of-staging')])
    await production.record([revokedToken('the-last')])
    await eventually(() => heardThere.entries.length >= 2 && heardHere.entries.length >= 1, 'the entries arrive')
    expect(idsIn(heardThere.entries)).toEqual(['of-production', 'the-last'])
    expect(idsIn(heardHere.entries)).toEqual(['of-staging'])
  })

  test('have logs of their own', async () => {
    const { production, staging } = await open(connect, randomUUID())
    const [start, elsewhere] = [(await production.read(0)).position, (await staging.read(0)).position]
    expect(start.epoch).not.toBe(elsewhere.epoch)
    await staging.record([revokedToken('of-staging')])
    expect(await production.read(0, start)).toEqual({ reset: false, entries: [], position: start, complete: true })
    expect(await production.read(0, elsewhere)).toEqual({ reset: true, position: start })
  })

  test('do not end the watches of each other', async () => {
    const { production, staging } = await open(connect, randomUUID())
    const [here, there] = [revocationOver(production), revocationOver(staging)]
    const [watched, bystander, other] = [here.watch('ada'), here.watch('grace'), there.watch('ada')]
    await there.revocation.revoke({ subject: 'ada' })
    await eventually(() => other.signal.aborted, 'the watch in the database of the revocation aborts')
    await here.revocation.revoke({ subject: 'grace' })
    await eventually(() => bystander.signal.aborted, 'a later revocation of its own database has arrived')
    expect(watched.signal.aborted).toBe(false)
    await here.revocation.revoke({ subject: 'ada' })
    await eventually(() => watched.signal.aborted, 'a revocation of its own database aborts it')
  })
})

describe.each(byOption)('a subscription over %s', (_, connect) => {
  test('names its channel with the number of the database', async () => {
    const prefix = randomUUID()
    const { production, staging } = await open(connect, prefix)
    await Promise.all([listen(production), listen(staging)])
    const channels = await server.command('PUBSUB', 'CHANNELS', `{${prefix}:*`)
    expect([channels].flat().sort()).toEqual([`{${prefix}:0}:changes@0`, `{${prefix}:0}:changes@3`])
  })

  test('follows its client to another database', async () => {
    const prefix = randomUUID()
    const client = await connect(3)
    const store = redisStore(client, { prefix })
    const { entries, subscription } = await listen(store)
    await client.select(5)
    subscription.restart()
    await eventually(async () => {
      await store.read(0)
      await store.record([revokedToken(randomUUID())])
      return entries.length > 0
    }, 'pushes of the other database arrive')
  })
})
