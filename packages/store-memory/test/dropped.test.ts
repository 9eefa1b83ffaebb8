import { memorySessions, memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { collectGarbage } from '@revoked/testing/collect-garbage'
import { afterEach, expect, test, vi } from 'vitest'

const hourMs = 3_600_000

/** Each opens a store, and fills it with what lives on for an hour. */
const filled = {
  memoryStore: async (now = Date.now) => {
    const store = memoryStore({ now })
    const mark = { cutoff: Infinity, expiresAt: Date.now() + hourMs }
    await store.record([{ key: { scope: 'jti', value: 'a' }, mark }])
    return store
  },
  memorySessions: async (now = Date.now) => {
    const store = memorySessions({ now })
    const at = Date.now()
    const times = { openedAt: at, usedAt: at, authenticatedAt: at, idleMs: hourMs, endsAt: at + hourMs }
    await store.open({ id: 'a', subject: 'alice', data: '', ...times })
    return store
  },
}
const stores = Object.keys(filled) as (keyof typeof filled)[]

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test.each(stores)('a %s that nobody references leaves the memory, although nothing in it has expired', async (kind) => {
  // Everything within the store references its clock.
  async function fillAndDrop(): Promise<WeakRef<object>> {
    const now = () => Date.now()
    await filled[kind](now)
    return new WeakRef(now)
  }
  const clock = await fillAndDrop()
  await eventually(() => {
    collectGarbage()
    return clock.deref() === undefined
  }, 'the store is collected')
})

test.each(stores)('a %s that is referenced is swept after collections of garbage', async (kind) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] })
  const store = await filled[kind]()
  await vi.advanceTimersByTimeAsync(10_000)
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
  }
  expect(store.size).toBe(1)
  await vi.advanceTimersByTimeAsync(hourMs)
  expect(store.size).toBe(0)
})

test.each(stores)('a %s is swept where there are no weak references', async (kind) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] })
  vi.stubGlobal('WeakRef', undefined)
  const store = await filled[kind]()
  await vi.advanceTimersByTimeAsync(hourMs + 2_000)
  expect(store.size).toBe(0)
})
