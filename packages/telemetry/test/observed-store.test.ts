import { trace } from '@opentelemetry/api'
import { isAudited, isTransactional, type Key, type KeyedMark, type RevocationStore } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { observedStore } from '../src/index.ts'
import { startSdk } from './support/start-sdk.ts'

const alice: Key = { scope: 'sub', value: 'alice' }
const marked: KeyedMark = { key: alice, mark: { cutoff: Date.now(), expiresAt: Date.now() + 60_000 } }
const find = { 'revoked.store.operation': 'find' }

/** Returns a store that answers with promises, as one over a network does. */
function remoteStore() {
  const store = memoryStore()
  return { ...store, find: async (keys: readonly Key[]) => store.find(keys) }
}

describe('an observed store', () => {
  test('measures each call, with its operation and the number of its keys', async () => {
    const sdk = startSdk()
    const store = observedStore(remoteStore(), { ...sdk.into, name: 'redis' })
    await store.record([marked])
    expect(await store.find([alice, { scope: 'jti', value: 'a1' }])).toMatchObject([{ key: alice }])
    await store.forget([alice])
    for (const operation of ['record', 'find', 'forget']) {
      const attributes = { 'revoked.store.name': 'redis', 'revoked.store.operation': operation }
      expect(await sdk.count('revoked.store.operation.duration', attributes)).toBe(1)
    }
    const sizes = await sdk.points('revoked.store.batch.size')
    expect(sizes.map(({ value }) => (value as { readonly sum: number }).sum)).toEqual([1, 2, 1])
  })

  test('names the failure of a call, and passes it on as it is', async () => {
    const sdk = startSdk()
    const failure = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:6379'), { code: 'ECONNREFUSED' })
    const broken: RevocationStore = { ...memoryStore(), record: () => Promise.reject(failure) }
    await expect(observedStore(broken, sdk.into).record([marked])).rejects.toBe(failure)
    expect(await sdk.count('revoked.store.operation.duration', { 'error.type': 'ECONNREFUSED' })).toBe(1)
    const [span] = sdk.spans()
    expect(span).toMatchObject({ attributes: { 'error.type': 'ECONNREFUSED' }, status: { code: 2 }, events: [] })
    expect(span?.status.message).toBeUndefined()
  })

  test('throws what find throws at once, and measures what follows until it answers at once', async () => {
    const sdk = startSdk()
    const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    const patch: { fault?: Error } = { fault: full }
    const { find: lookUp, ...rest } = memoryStore()
    const broken: RevocationStore = {
      ...rest,
      find: (keys) => {
        if (patch.fault !== undefined) throw patch.fault
        return lookUp(keys)
      },
    }
    const store = observedStore(broken, sdk.into)
    expect(() => store.find([alice])).toThrow(full)
    expect(await sdk.count('revoked.store.operation.duration', find)).toBe(0)
    expect(() => store.find([alice])).toThrow(full)
    expect(await sdk.count('revoked.store.operation.duration', { ...find, 'error.type': 'SQLITE_FULL' })).toBe(1)
    delete patch.fault
    expect(store.find([alice])).toEqual([])
    expect(store.find([alice])).toEqual([])
    expect(await sdk.count('revoked.store.local_lookups')).toBe(2)
    expect(sdk.spans()).toHaveLength(1)
  })

  test('answers at once again after a promise, as a file of SQLite does that was locked', async () => {
    const sdk = startSdk()
    const startSpan = vi.spyOn(sdk.into.tracer, 'startSpan')
    const local = memoryStore()
    let isLocked = true
    const find = (keys: readonly Key[]) => (isLocked ? Promise.resolve(local.find(keys)) : local.find(keys))
    const store = observedStore({ ...local, find }, sdk.into)
    await store.find([alice])
    expect(store.find([alice])).toBeInstanceOf(Promise)
    isLocked = false
    for (let index = 0; index < 3; index++) expect(store.find([alice])).toEqual([])
    expect(await sdk.count('revoked.store.local_lookups')).toBe(3)
    expect(await sdk.count('revoked.store.operation.duration')).toBe(2)
    expect(sdk.spans()).toHaveLength(2)
    // One more was begun, and dropped.
    expect(startSpan).toHaveBeenCalledTimes(3)
  })

  test('counts what is answered at once, without a span and without a promise', async () => {
    const sdk = startSdk()
    const store = observedStore(memoryStore(), sdk.into)
    expect(store.find([alice])).toEqual([])
    expect(store.find([alice])).toEqual([])
    expect(await sdk.count('revoked.store.local_lookups', { 'revoked.store.name': 'store' })).toBe(2)
    expect(await sdk.count('revoked.store.operation.duration', find)).toBe(0)
    expect(sdk.spans()).toEqual([])
  })

  test('has spans under the active one, and those of its client under them', async () => {
    const sdk = startSdk()
    const remote = remoteStore()
    const store = observedStore(
      {
        ...remote,
        record: (marks: readonly KeyedMark[]) =>
          sdk.into.tracer.startActiveSpan('client', async (span) => {
            const changed = await remote.record(marks)
            span.end()
            return changed
          }),
      },
      sdk.into,
    )
    await sdk.into.tracer.startActiveSpan('GET /', async (request) => {
      await store.record([marked])
      expect(trace.getActiveSpan()).toBe(request)
      request.end()
    })
    const parents = sdk.spans().map(({ name, parentSpanContext }) => {
      return [name, sdk.spans().find((span) => span.spanContext().spanId === parentSpanContext?.spanId)?.name]
    })
    expect(parents).toEqual([
      ['client', 'revoked.store record'],
      ['revoked.store record', 'GET /'],
      ['GET /', undefined],
    ])
  })

  test('makes the look-ups of a store with promises within their spans, after the first one', async () => {
    const sdk = startSdk()
    const active: (string | undefined)[] = []
    const remote = remoteStore()
    const nameOfActive = () => (trace.getActiveSpan() as { readonly name?: string } | undefined)?.name
    const noting = (keys: readonly Key[]) => {
      active.push(nameOfActive())
      return remote.find(keys)
    }
    const store = observedStore({ ...remote, find: noting }, sdk.into)
    await store.find([alice])
    await store.find([alice])
    expect(active).toEqual([undefined, 'revoked.store find'])
    expect(sdk.spans()).toHaveLength(2)
  })
})

describe('what another store can do', () => {
  test('is kept of instances of classes, with private fields', async () => {
    class Counting implements RevocationStore {
      readonly #inner = memoryStore()
      #calls = 0
      readonly record = (marks: readonly KeyedMark[]) => this.#inner.record(marks)
      find(keys: readonly Key[]) {
        this.#calls++
        return this.#inner.find(keys)
      }
      forget(keys: readonly Key[]) {
        return this.#inner.forget(keys)
      }
      agree(settings: Parameters<RevocationStore['agree']>[0]) {
        return this.#inner.agree(settings)
      }
      get calls() {
        return this.#calls
      }
    }
    const store = observedStore(new Counting(), startSdk().into)
    await store.record([marked])
    expect(store.find([alice])).toHaveLength(1)
    expect(store.calls).toBe(1)
  })

  test('is not pretended of a store that cannot', () => {
    const { record, find: lookUp, forget, agree } = memoryStore()
    const store = observedStore({ record, find: lookUp, forget, agree }, startSdk().into)
    expect(Object.keys(store).sort()).toEqual(['agree', 'find', 'forget', 'record'])
    expect([isAudited(store), isTransactional(store)]).toEqual([false, false])
  })

  test('is kept of a cache, which answers at once and is closed by its symbol', async () => {
    const sdk = startSdk()
    const store = observedStore(layeredStore(observedStore(remoteLog(), sdk.into)), sdk.into)
    onTestFinished(() => store[Symbol.asyncDispose]())
    await eventually(() => store.status().state === 'live', 'the cache is live')
    expect(await store.find([alice])).toEqual([])
    expect(store.find([alice])).toEqual([])
    expect(store.maxStalenessMs).toBe(2_000)
    store.observe({ apply: () => undefined, reset: () => undefined }).close()
    expect(await sdk.count('revoked.store.operation.duration', { ...find, 'revoked.store.name': 'cache' })).toBe(1)
    expect(await sdk.count('revoked.store.operation.duration', { ...find, 'revoked.store.name': 'store' })).toBe(1)
    // The reads of the change log go on for ever, so they have no spans.
    expect(await sdk.count('revoked.store.operation.duration', { 'revoked.store.operation': 'read' })).toBeGreaterThan(
      0,
    )
    expect(sdk.spans().map(({ name }) => name)).toEqual(['revoked.store find', 'revoked.store find'])
  })
})

function remoteLog() {
  return { ...memoryStore(), ...remoteStore() }
}

test.each([
  ['what is no store', () => observedStore({} as RevocationStore), /must be a RevocationStore, but has no record/],
  ['an option that is misspelt', () => observedStore(memoryStore(), { nmae: 'a' } as object), /nmae is not an option/],
  ['what is no meter', () => observedStore(memoryStore(), { meter: {} as never }), /meter must be a Meter/],
  ['what is no tracer', () => observedStore(memoryStore(), { tracer: {} as never }), /tracer must be a Tracer/],
  ['a name that is too long', () => observedStore(memoryStore(), { name: 'n'.repeat(65) }), /name must be a string/],
])('refuses %s', (_, observe, message) => {
  expect(observe).toThrow(message)
})

test('works without an SDK', async () => {
  const store = observedStore(remoteStore())
  await store.record([marked])
  expect(await store.find([alice])).toHaveLength(1)
})
