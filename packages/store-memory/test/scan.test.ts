import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { expect, test } from 'vitest'
import { scanWhileBusy } from './support/scan-while-busy.ts'

test('a scan of 100,000 marks lets the event loop turn, and yields each mark once', async () => {
  const { yieldedOnce, turns, writes } = await scanWhileBusy(100_000)
  expect(yieldedOnce).toBe(100_000)
  expect(turns).toBeGreaterThanOrEqual(100)
  expect(writes).toBeGreaterThanOrEqual(300)
}, 60_000)

test('a scan yields no mark from the millisecond of its expiry on', async () => {
  const clock = virtualClock()
  const store = memoryStore({ now: clock.now })
  const expiresAt = clock.now() + 1_000
  const marks = Array.from({ length: 1_500 }, (_, index) => ({
    key: { scope: 'jti', value: `${index}` },
    mark: { cutoff: Infinity, expiresAt },
  }))
  await store.record(marks)
  const sizes: number[] = []
  for await (const batch of store.scan(0)) {
    sizes.push(batch.length)
    clock.advance(1_000)
  }
  expect(sizes).toEqual([1_000, 0])
})

test('a scan that is given up leaves nothing behind', async () => {
  const store = memoryStore()
  await store.record(
    Array.from({ length: 3_000 }, (_, index) => ({
      key: { scope: 'jti', value: `${index}` },
      mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 },
    })),
  )
  for await (const batch of store.scan(0)) {
    expect(batch).toHaveLength(1_000)
    break
  }
  let count = 0
  for await (const batch of store.scan(0)) count += batch.length
  expect(count).toBe(3_000)
})
