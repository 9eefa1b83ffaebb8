import { createRevocation, type Revocation } from '@revoked/core'
import { collectGarbage } from '@revoked/testing/collect-garbage'
import { describe, expect, test, vi } from 'vitest'
import { someClaims } from '../support/claims.ts'
import { followableStore, type TestStore } from '../support/followable-store.ts'
import { pass, useVirtualTime } from '../support/virtual-time.ts'
import { openWatched } from '../support/watching.ts'

const many = 10_000
const timeout = 30_000

useVirtualTime()

let user = 0

/** Opens and closes many watches of other tokens each time. Returns what held their signals. */
async function openAndClose(revocation: Revocation, openMs = 3_000): Promise<readonly WeakRef<object>[]> {
  const watches = Array.from({ length: many }, () => {
    user++
    return revocation.watch(someClaims({ sub: `user-${user}`, sid: `session-${user}`, jti: `token-${user}` }))
  })
  for (const { signal } of watches) signal.addEventListener('abort', () => {})
  await pass(openMs)
  for (const watch of watches) watch.close()
  await pass(100)
  return watches.map(({ signal }) => new WeakRef<object>(signal))
}

/** Collects garbage until the condition holds, or in vain. */
async function collectUntil(condition: () => boolean): Promise<void> {
  vi.useRealTimers()
  for (let turn = 0; turn < 20 && !condition(); turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
  }
}

describe('10,000 watches that were opened and closed', () => {
  test('leave no timer, no subscription and no lookup', { timeout }, async () => {
    const { store, revocation } = openWatched({}, { logs: 3 })
    await openAndClose(revocation)
    await pass(3_000)
    expect(vi.getTimerCount()).toBe(0)
    expect(store.subscriptions()).toBe(0)
    store.asked.length = 0
    await store.restart()
    await pass(60_000)
    expect(store.asked).toEqual([])
  })

  test.each<[string, (store: TestStore) => void]>([
    ['', () => {}],
    [
      ', although the log could not be read',
      ({ faults }) => {
        faults.reads = new Error('down')
      },
    ],
    [
      ', although none could be looked up',
      ({ faults }) => {
        faults.finds = new Error('down')
      },
    ],
  ])('leave no signal in memory while another one stays open%s', { timeout }, async (_, fail) => {
    const { store, revocation } = openWatched({ failPolicy: 'open' })
    const stays = revocation.watch(someClaims())
    await pass(1_000)
    fail(store)
    const signals = await openAndClose(revocation)
    const isFree = () => signals.every((signal) => signal.deref() === undefined)
    await collectUntil(isFree)
    expect(isFree()).toBe(true)
    stays.close()
  })

  test('leave no signal in memory, although services revoke by more claims since', { timeout }, async () => {
    const plain = followableStore()
    await createRevocation({ store: plain, maxTokenLifetime: '60d', claims: ['tenant'] }).ready()
    const agree: typeof plain.agree = async (settings) => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      return await plain.agree(settings)
    }
    const { revocation } = openWatched({ store: { ...plain, agree } })
    const signals = await openAndClose(revocation, 100)
    await pass(1_000)
    const stays = revocation.watch(someClaims())
    const isFree = () => signals.every((signal) => signal.deref() === undefined)
    await collectUntil(isFree)
    expect(isFree()).toBe(true)
    stays.close()
  })

  test('leave no key in memory while another one stays open', { timeout }, async () => {
    const { store, revocation } = openWatched()
    const stays = revocation.watch(someClaims())
    await openAndClose(revocation)
    await collectUntil(() => false)
    const before = process.memoryUsage().heapUsed
    vi.useFakeTimers()
    await openAndClose(revocation)
    store.asked.length = 0
    await collectUntil(() => false)
    expect((process.memoryUsage().heapUsed - before) / many).toBeLessThan(100)
    stays.close()
  })
})
