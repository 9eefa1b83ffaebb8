import { createRevocation, type FollowableStore } from '@revoked/core'
import { createFamilies, type Families } from '@revoked/core/families'
import { type LayeredStore, layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import { laggingLog } from '../support/lagging-log.ts'
import { outcomeOf } from '../support/refresh-fixtures.ts'

/** A store whose change log can be made to lag, and whose answers can be made to fail. */
function unruly() {
  const inner = memoryStore()
  const log = laggingLog(inner)
  let isDown = false
  const unlessDown = async <T>(operation: () => T | Promise<T>): Promise<T> => {
    if (isDown) throw new Error('connect ECONNREFUSED')
    return await operation()
  }
  const remote: FollowableStore = {
    logs: inner.logs,
    logOf: inner.logOf,
    find: (keys) => unlessDown(() => inner.find(keys)),
    record: (marks) => unlessDown(() => inner.record(marks)),
    forget: (keys) => inner.forget(keys),
    agree: (settings) => unlessDown(() => inner.agree(settings)),
    logKey: inner.logKey,
    read: log.read,
    subscribe: log.subscribe,
    scan: inner.scan,
  }
  return {
    remote,
    size: () => inner.size,
    lag: log.lag,
    goDown: () => {
      isDown = true
    },
  }
}

async function cached(remote: FollowableStore, maxStaleness: '1s' | '30s' = '30s'): Promise<LayeredStore> {
  const store = layeredStore(remote, { maxStaleness, timeout: '500ms' })
  onTestFinished(() => store.close())
  await eventually(() => store.status().state === 'live', 'the cache is live')
  return store
}

const use = (generation: number) => ({ generation, tokenId: 'token-1' })

function familiesOver(store: Parameters<typeof createRevocation>[0]['store'], now = () => Date.now()): Families {
  return createFamilies(createRevocation({ store, maxTokenLifetime: '24h', failPolicy: 'open', now }))
}

function nth(all: readonly Families[], index: number): Families {
  const families = all[index % all.length]
  if (families === undefined) throw new RangeError('There are none.')
  return families
}

test('of fifty spenders over two caches and none exactly one is answered true, and all of them know', async () => {
  const { remote, size } = unruly()
  const stores = [await cached(remote), await cached(remote), remote]
  const all = stores.map((store) => familiesOver(store))
  for (let generation = 1; generation <= 20; generation++) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => nth(all, index).spend('f', use(generation))),
    )
    expect(answers.filter((changed) => changed)).toHaveLength(1)
    for (const families of all) expect(await families.find('f')).toHaveProperty('generation', generation)
    expect(await nth(all, generation).spend('f', use(generation - 1 || 1))).toBe(false)
  }
  expect(size()).toBe(1)
})

test('a cache knows who spent first once it spent in vain, though its subscription lags', async () => {
  const { remote, lag } = unruly()
  const startAt = Date.now()
  const direct = familiesOver(remote, () => startAt)
  const late = familiesOver(await cached(remote), () => startAt + 250)
  expect(await late.find('f')).toBeUndefined()
  lag()
  expect(await direct.spend('f', use(1))).toBe(true)
  // Served locally, and stale: the control of what follows.
  expect(await late.find('f')).toBeUndefined()
  expect(await late.spend('f', use(1))).toBe(false)
  expect(await late.find('f')).toMatchObject({ generation: 1, spentAt: startAt })
  expect(await direct.find('f')).toMatchObject({ generation: 1, spentAt: startAt })
})

test('an earlier instant that arrives later reaches every cache', async () => {
  const { remote } = unruly()
  const startAt = Date.now()
  const ahead = familiesOver(await cached(remote), () => startAt + 250)
  const behind = familiesOver(await cached(remote), () => startAt)
  expect(await ahead.spend('f', use(1))).toBe(true)
  await eventually(async () => (await behind.find('f')) !== undefined, 'the other cache has heard of it')
  expect(await behind.spend('f', use(1))).toBe(false)
  for (const families of [ahead, behind]) {
    await expect.poll(() => families.find('f')).toMatchObject({ generation: 1, spentAt: startAt })
  }
})

test('what a cache knows of a family is no answer once nobody else answers, whatever the policy', async () => {
  const { remote, lag, goDown } = unruly()
  const store = await cached(remote, '1s')
  const families = familiesOver(store)
  await families.spend('f', use(1))
  expect(await families.find('f')).toHaveProperty('generation', 1)
  lag()
  goDown()
  await eventually(async () => 'code' in (await outcomeOf(families.find('f'))), 'the cache is believed no more')
  await expect(families.find('f')).rejects.toMatchObject({
    code: 'ERR_REVOCATION_UNAVAILABLE',
    cause: { code: 'ERR_PARTIAL_ANSWER' },
  })
  await expect(families.spend('f', use(2))).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
})
