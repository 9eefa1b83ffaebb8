import type { Key, LogListener } from '@revoked/core'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import { observedStore } from '../src/index.ts'
import { startSdk } from './support/start-sdk.ts'

const alice: Key = { scope: 'sub', value: 'alice' }
const mark = { cutoff: Date.now(), expiresAt: Date.now() + 60_000 }

test('reports the state of a cache, its lease, its entries and its share', async () => {
  const sdk = startSdk()
  const store = observedStore(layeredStore(memoryStore(), { maxStaleness: '5s' }), sdk.into)
  onTestFinished(() => store.close())
  await eventually(() => store.status().state === 'live', 'the cache is live')
  for (let index = 0; index < 4; index++) await store.find([alice])
  const cache = { 'revoked.store.name': 'cache' }
  expect(await sdk.count('revoked.cache.status', { 'revoked.cache.state': 'live' })).toBe(1)
  expect(await sdk.count('revoked.cache.status', { 'revoked.cache.state': 'stale' })).toBe(0)
  expect(await sdk.points('revoked.cache.lease.limit')).toEqual([{ attributes: cache, value: 5 }])
  const [age] = await sdk.points('revoked.cache.lease.age')
  expect(Number(age?.value)).toBeLessThan(5)
  expect(await sdk.points('revoked.cache.keys')).toEqual([
    { attributes: { ...cache, 'revoked.cache.answer': 'local' }, value: 3 },
    { attributes: { ...cache, 'revoked.cache.answer': 'remote' }, value: 1 },
  ])
  expect(await sdk.points('revoked.cache.entry.count')).toEqual([
    { attributes: { ...cache, 'revoked.scope': 'sub' }, value: 1 },
  ])
  expect(await sdk.count('revoked.cache.subscribed')).toBe(1)
})

test('reports a cache that is cut off as stale, and the reads of late pushes', async () => {
  const sdk = startSdk()
  const remote = memoryStore()
  const patch: { read?: typeof remote.read } = {}
  const silent = () => ({
    restart: () => undefined,
    close: () => undefined,
    status: () => ({ isOpen: false, lastFailure: undefined, ignoredMessages: 0 }),
  })
  const read: typeof remote.read = (log, after) => (patch.read ?? remote.read)(log, after)
  const store = observedStore(layeredStore({ ...remote, read, subscribe: silent }, { maxStaleness: '60ms' }), sdk.into)
  onTestFinished(() => store.close())
  await eventually(() => store.status().state === 'live', 'the cache is live')
  await remote.record([{ key: alice, mark }])
  await eventually(async () => (await sdk.count('revoked.cache.late_pushes')) === 1, 'the change is read')
  expect(await sdk.count('revoked.cache.subscribed')).toBe(0)
  patch.read = () => Promise.reject(new Error('The remote is down.'))
  // A read that was under way may still renew the lease, which then ends for good.
  const ageSeconds = async () => Number((await sdk.points('revoked.cache.lease.age'))[0]?.value)
  await eventually(async () => (await ageSeconds()) > 0.06, 'the lease has ended')
  expect(await sdk.count('revoked.cache.status', { 'revoked.cache.state': 'stale' })).toBe(1)
})

test('reports the marks of a mirror, and how long its scan took', async () => {
  const sdk = startSdk()
  const remote = memoryStore()
  await remote.record([{ key: alice, mark }])
  const store = observedStore(mirroredStore(remote, { local: () => memoryStore() }), { ...sdk.into, name: 'mirror' })
  onTestFinished(() => store.close())
  await eventually(() => store.status().state === 'live', 'the mirror is live')
  expect(await sdk.points('revoked.cache.entry.count')).toEqual([
    { attributes: { 'revoked.store.name': 'mirror' }, value: 1 },
  ])
  const [duration] = await sdk.points('revoked.cache.scan.duration')
  expect(Number(duration?.value)).toBeGreaterThan(0)
  expect(await sdk.count('revoked.cache.resets')).toBe(0)
})

test('reports pushes that do not fit, messages of others, and a log that was lost', async () => {
  const sdk = startSdk()
  let remote = memoryStore()
  const listeners: LogListener[] = []
  const followed = {
    ...remote,
    read: (log: number, after: Parameters<typeof remote.read>[1]) => remote.read(log, after),
    subscribe: (_: number, listener: LogListener) => {
      listeners.push(listener)
      const status = () => ({ isOpen: true, lastFailure: undefined, ignoredMessages: 3 })
      return { restart: () => undefined, close: () => undefined, status }
    },
  }
  const store = observedStore(layeredStore(followed, { maxStaleness: '60ms' }), sdk.into)
  onTestFinished(() => store.close())
  await eventually(() => store.status().state === 'live', 'the cache is live')
  expect(await sdk.count('revoked.cache.gaps')).toBe(0)
  expect(await sdk.count('revoked.cache.resets')).toBe(0)
  const position = { epoch: 'another', sequence: 7, tip: 'tip' }
  listeners[0]?.entries([{ position, previousTip: '', key: alice, mark }])
  expect(await sdk.count('revoked.cache.gaps')).toBe(1)
  expect(await sdk.count('revoked.cache.ignored_messages')).toBe(3)
  remote = memoryStore()
  await remote.record([{ key: alice, mark }])
  await eventually(async () => (await sdk.count('revoked.cache.resets')) === 1, 'the new log is learned')
})

test('reports a mirror with too many marks as overflowed', async () => {
  const sdk = startSdk()
  const remote = memoryStore()
  await remote.record([alice, { scope: 'sub', value: 'bob' }].map((key) => ({ key, mark })))
  const store = observedStore(mirroredStore(remote, { local: () => memoryStore(), maxMarks: 1 }), sdk.into)
  onTestFinished(() => store.close())
  const isFull = () => sdk.count('revoked.cache.status', { 'revoked.cache.state': 'overflowed' })
  await eventually(async () => (await isFull()) === 1, 'the mirror is full')
})

test('reports nothing of a status that throws, and the SDK does not hear of it', async () => {
  const sdk = startSdk()
  const status = () => {
    throw new Error('redis://alice:secret@10.0.0.1')
  }
  observedStore({ ...memoryStore(), observe: () => undefined, status }, sdk.into)
  expect(await sdk.points('revoked.cache.status')).toEqual([])
})
