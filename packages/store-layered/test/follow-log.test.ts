import type { Key, LogEntry } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { expect, test } from 'vitest'
import { alice, bob, broken, marked, open, partitioned, patchable, silent } from './support/remotes.ts'

test('serves a cached absence until the entry arrives, by a read alone', async () => {
  const { remote, store: behind, patch } = patchable()
  patch.subscribe = silent
  const store = await open(remote, { maxStaleness: '100ms' })
  await store.find([alice])
  await behind.record([marked(alice)])
  expect(store.find([alice])).toEqual([])
  await eventually(async () => (await store.find([alice])).length === 1, 'the mark is read')
  expect(store.status()).toMatchObject({ state: 'live', resets: 0, gaps: 0, latePushes: 1 })
})

test('keeps the cache while a subscription is lost and replaced', async () => {
  const { remote, store: behind, patch } = patchable()
  let restarted: (() => void) | undefined
  patch.subscribe = (log, listener) => {
    const subscription = behind.subscribe(log, listener)
    restarted = () => {
      subscription.close()
      behind.subscribe(log, listener)
    }
    return subscription
  }
  const store = await open(remote)
  await store.find([alice, bob])
  restarted?.()
  await behind.record([marked(alice)])
  patch.find = broken
  expect(store.find([alice, bob])).toMatchObject([{ key: alice }])
  expect(store.status().latePushes).toBe(0)
})

test('asks the remote again for the keys of a push that does not fit', async () => {
  const { remote, store: behind, patch } = patchable()
  let push: ((entries: readonly LogEntry[]) => void) | undefined
  patch.subscribe = (_, listener) => {
    push = (entries) => listener.entries(entries)
    return behind.subscribe(0, { entries: () => undefined, wake: () => undefined })
  }
  const store = await open(remote, { maxStaleness: '1m' })
  await store.find([alice, bob])
  patch.read = () => new Promise(() => undefined)
  const position = { epoch: 'other', sequence: 7, tip: '7' }
  push?.([{ position, previousTip: '6', key: alice, mark: undefined }])
  expect(Array.isArray(store.find([bob]))).toBe(true)
  expect(Array.isArray(store.find([alice]))).toBe(false)
  expect(store.status().gaps).toBe(1)
})

test('asks the remote for every key after a reset, and believes old marks if it fails', async () => {
  const { remote, store: behind, patch } = patchable()
  const store = await open(remote, { maxStaleness: '100ms' })
  await behind.record([marked(alice)])
  await store.find([alice, bob])
  patch.find = broken
  patch.read = (log) => behind.read(log)
  await eventually(() => store.status().resets > 0, 'the log begins again')
  await expect(store.find([alice, bob])).rejects.toMatchObject({ known: [{ key: alice }] })
  await expect(store.find([bob])).rejects.toThrow('The remote is down.')
})

test('serves nothing once its lease is over, and the same again after the next read', async () => {
  const { remote, store: behind, patch } = patchable()
  const store = await open(remote, { maxStaleness: '60ms' })
  await store.find([alice])
  patch.read = broken
  await eventually(() => store.status().state === 'stale', 'the lease is over')
  expect(store.status().lastFailure?.message).toBe('The remote is down.')
  patch.find = broken
  await expect(store.find([alice])).rejects.toThrow('The remote is down.')
  patch.read = behind.read
  await eventually(() => store.status().state === 'live', 'the log was read')
  expect(store.find([alice])).toEqual([])
})

test('asks the remote only for keys of a log that cannot be read', async () => {
  const { remote, cutOff } = partitioned()
  const store = await open(remote, { maxStaleness: '100ms' })
  await store.find([alice, bob])
  cutOff()
  await eventually(() => store.status().state === 'stale', 'the lease of one log is over')
  expect(Array.isArray(store.find([alice]))).toBe(true)
  expect(Array.isArray(store.find([bob]))).toBe(false)
})

test('applies entries that name keys by their hash', async () => {
  const { remote, store: behind, patch } = patchable()
  const hashed = (key: Key): Key => ({ ...key, value: `#${key.value}` })
  patch.logKey = hashed
  patch.find = async (keys) =>
    (await behind.find(keys.map(hashed))).map(({ mark }, index) => ({ key: keys[index] as Key, mark }))
  const store = await open(remote)
  expect(await store.find([alice])).toEqual([])
  await behind.record([marked(hashed(alice)), marked(hashed(bob))])
  expect(store.find([alice])).toMatchObject([{ key: alice }])
  patch.find = broken
  await expect(store.find([bob])).rejects.toMatchObject({ known: [{ key: bob }] })
  await behind.forget([hashed(bob)])
  await expect(store.find([bob])).rejects.toThrow('The remote is down.')
})

test('sends nothing while no check is made for idleAfter, and answers rightly afterwards', async () => {
  const { remote, store: behind, patch } = patchable()
  let reads = 0
  patch.read = (log, after) => {
    reads++
    return behind.read(log, after)
  }
  const store = await open(remote, { maxStaleness: '60ms', idleAfter: '100ms' })
  await store.find([alice])
  await eventually(() => store.status().state === 'idle', 'the store is idle')
  expect(store.status().isSubscribed).toBe(false)
  const readsUntilIdle = reads
  await behind.record([marked(alice)])
  await eventually(() => performance.now() % 200 > 150, 'several reads would have been due')
  expect(reads).toBe(readsUntilIdle)
  expect(await store.find([alice])).toHaveLength(1)
  await eventually(() => store.status().state === 'live', 'the store reads again')
  expect(store.find([alice])).toHaveLength(1)
})

test('answers from the remote and stops to read once it is closed', async () => {
  const { remote, store: behind, patch } = patchable()
  let reads = 0
  patch.read = (log, after) => {
    reads++
    return behind.read(log, after)
  }
  const store = await open(remote, { maxStaleness: '50ms' })
  await expect.poll(() => reads).toBeGreaterThan(2)
  await store.close()
  const readsUntilClosed = reads
  await behind.record([marked(alice)])
  await eventually(() => performance.now() % 200 > 150, 'several reads would have been due')
  expect(await store.find([alice])).toHaveLength(1)
  expect(store.status().state).toBe('closed')
  expect(reads).toBe(readsUntilClosed)
})
