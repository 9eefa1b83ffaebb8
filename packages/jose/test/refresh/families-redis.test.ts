import { randomUUID } from 'node:crypto'
import { createRevocation, type FollowableStore } from '@revoked/core'
import { createFamilies, type Families } from '@revoked/core/families'
import { layeredStore } from '@revoked/store-layered'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { cleanUps, start } from '../support/redis-instances.ts'

const hourMs = 3_600_000
const toleranceMs = 60_000

interface Client {
  readonly redis: Redis
  readonly store: FollowableStore
}

async function connect(port: number, prefix: string): Promise<Client> {
  const redis = new Redis({ port, lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 1 })
  cleanUps.push(() => redis.disconnect())
  await redis.connect()
  return { redis, store: redisStore(redis, { prefix }) }
}

const use = (generation: number) => ({ generation, tokenId: 'token-1' })

function familiesOver(store: Parameters<typeof createRevocation>[0]['store'], now = () => Date.now()): Families {
  // The server has no virtual clock.
  const agree: typeof store.agree = async (settings) => ({ ...(await store.agree(settings)), now: now() })
  return createFamilies(createRevocation({ store: { ...store, agree }, maxTokenLifetime: '1h', now }))
}

/** Three clients of one server; the last one answers from a local cache. */
async function threeClients(): Promise<{ readonly redis: Redis; readonly all: readonly Families[] }> {
  const { port } = await start()
  const prefix = randomUUID()
  const [one, two, three] = await Promise.all([0, 1, 2].map(() => connect(port, prefix)))
  if (one === undefined || two === undefined || three === undefined) throw new Error('There are three.')
  const layered = layeredStore(three.store)
  cleanUps.push(() => layered.close())
  await eventually(() => layered.status().state === 'live', 'the cache is live')
  return { redis: one.redis, all: [familiesOver(one.store), familiesOver(two.store), familiesOver(layered)] }
}

function nth(all: readonly Families[], index: number): Families {
  const families = all[index % all.length]
  if (families === undefined) throw new RangeError('There are none.')
  return families
}

async function markKeys(redis: Redis): Promise<readonly string[]> {
  return (await redis.keys('*')).filter((key) => key.includes(':fam:'))
}

describe('on Redis, over three clients, one of which has a cache,', () => {
  test('of fifty spenders of one generation at once exactly one is answered true, round after round', async () => {
    const { redis, all } = await threeClients()
    for (let generation = 1; generation <= 10; generation++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => nth(all, index).spend('f', use(generation))),
      )
      expect(answers.filter((changed) => changed)).toHaveLength(1)
      // Whoever spent, even in vain, knows from then on.
      for (const families of all) expect(await families.find('f')).toHaveProperty('generation', generation)
    }
    expect(await markKeys(redis)).toHaveLength(1)
  })

  test('generations that are spent out of order are spent once each, and the latest one stays', async () => {
    const { redis, all } = await threeClients()
    for (const [index, generation] of [5, 3, 1, 4, 2, 5].entries()) {
      expect(await nth(all, index).spend('f', use(generation))).toBe(index === 0)
    }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => nth(all, index).spend('f', use(6 + ((index * 7) % 10)))),
    )
    expect(answers.filter((changed) => changed).length).toBeGreaterThan(0)
    for (const families of all) {
      expect(await families.spend('f', use(15))).toBe(false)
      expect(await families.find('f')).toHaveProperty('generation', 15)
    }
    expect(await markKeys(redis)).toHaveLength(1)
  })

  test('the last generations that can be counted are told apart', async () => {
    const { all } = await threeClients()
    const last = Number.MAX_SAFE_INTEGER
    for (const generation of [last - 1, last]) {
      const answers = await Promise.all(all.map(({ spend }) => spend('f', use(generation))))
      expect(answers.filter((changed) => changed)).toHaveLength(1)
      for (const { find } of all) expect(await find('f')).toHaveProperty('generation', generation)
    }
  })

  test('families of any id do not see each other', async () => {
    const { all } = await threeClients()
    const ids = ['a', 'a:', 'a:1', 'A', '#a', '__proto__', '{a}', '*', '\0', '\n', '\u00e9', 'e\u0301', '\u{1f600}']
    const long = 'x'.repeat(2_000)
    for (const [index, id] of [...ids, long, `${long}x`].entries()) {
      expect(await nth(all, index).spend(id, use(index + 1))).toBe(true)
    }
    for (const [index, id] of [...ids, long, `${long}x`].entries()) {
      expect(await nth(all, index).find(id)).toHaveProperty('generation', index + 1)
    }
  })
})

test('on Redis, the earliest of several clocks tells when a generation was spent, whichever arrives first', async () => {
  const { port } = await start()
  const { store } = await connect(port, randomUUID())
  const base = Date.now()
  const byClock = [200.75, 100, 0.5, 300].map((ms) => familiesOver(store, () => base + ms))
  const answers = []
  for (const families of byClock) answers.push(await families.spend('f', use(1)))
  expect(answers).toEqual([true, false, false, false])
  expect(await nth(byClock, 3).find('f')).toMatchObject({ generation: 1, spentAt: base })
  expect(await nth(byClock, 3).spend('f', use(2))).toBe(true)
  expect(await nth(byClock, 0).find('f')).toMatchObject({ generation: 2, spentAt: base + 300 })
})

test('on Redis, the record lives for maxTokenLifetime and its margin from the last use on', async () => {
  const { port } = await start()
  const { redis, store } = await connect(port, randomUUID())
  const life = hourMs + 3 * toleranceMs + 1_000
  const spentAt = Date.now()
  expect(await familiesOver(store, () => spentAt).spend('f', use(5))).toBe(true)
  const [key = ''] = await markKeys(redis)
  expect(await redis.pexpiretime(key)).toBe(spentAt + life)
  // In vain, and yet a use.
  for (const [later, generation] of [
    [20 * 60_000, 5],
    [40 * 60_000, 1],
    [50 * 60_000, 6],
  ] as const) {
    await familiesOver(store, () => spentAt + later).spend('f', use(generation))
    expect(await redis.pexpiretime(key)).toBe(spentAt + later + life)
  }
  await familiesOver(store, () => spentAt).spend('f', use(7))
  expect(await redis.pexpiretime(key)).toBe(spentAt + 50 * 60_000 + life)
})
