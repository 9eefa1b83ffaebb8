import { fileURLToPath } from 'node:url'
import { memoryStore } from '@revoked/store-memory'
import { runNode } from '@revoked/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const lifeMs = 60_000

/** Records marks that all expire at the same instant. */
async function filled(count: number, now = Date.now): Promise<ReturnType<typeof memoryStore>> {
  const store = memoryStore({ now })
  const mark = { cutoff: Infinity, expiresAt: Date.now() + lifeMs }
  await store.record(Array.from({ length: count }, (_, index) => ({ key: { scope: 'jti', value: `${index}` }, mark })))
  return store
}

describe('the background sweep', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  test('drops marks soon after their expiry, and none before', async () => {
    const store = await filled(100)
    await vi.advanceTimersByTimeAsync(lifeMs - 1_000)
    expect(store.size).toBe(100)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(store.size).toBe(0)
  })

  test('works in slices, with other work in between', async () => {
    const store = await filled(2_000)
    vi.setSystemTime(Date.now() + lifeMs)
    const sizes = [store.size]
    while (store.size > 0) {
      await vi.advanceTimersToNextTimerAsync()
      sizes.push(store.size)
    }
    const steps = sizes.slice(1).map((size, index) => (sizes[index] ?? 0) - size)
    expect(Math.max(...steps)).toBeLessThanOrEqual(1_024)
    expect(steps.length).toBeGreaterThanOrEqual(2)
  })

  test('keeps one timer for any number of marks, and none without marks', async () => {
    let sweeps = 0
    // Each sweep reads the clock once.
    const now = () => {
      sweeps++
      return Date.now()
    }
    const store = await filled(1_000, now)
    sweeps = 0
    await vi.advanceTimersByTimeAsync(10_000)
    expect(sweeps).toBe(10)
    await vi.advanceTimersByTimeAsync(lifeMs + 2_000)
    expect(store.size).toBe(0)
    sweeps = 0
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sweeps).toBe(0)
  })

  test('starts again with the next record', async () => {
    const store = await filled(1)
    await vi.advanceTimersByTimeAsync(lifeMs + 2_000)
    await store.record([{ key: { scope: 'jti', value: 'later' }, mark: { cutoff: 0, expiresAt: Date.now() + 10 } }])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(store.size).toBe(0)
  })

  test('keeps a mark whose expiry was extended', async () => {
    const store = await filled(1)
    const key = { scope: 'jti', value: '0' }
    await store.record([{ key, mark: { cutoff: Infinity, expiresAt: Date.now() + 2 * lifeMs } }])
    await vi.advanceTimersByTimeAsync(lifeMs + 2_000)
    expect(store.find([key])).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(lifeMs)
    expect(store.size).toBe(0)
  })
})

test('does not keep the process alive', async () => {
  const script = `
    import { memoryStore } from '@revoked/store-memory'
    const mark = { cutoff: Infinity, expiresAt: Date.now() + 30 * 86_400_000 }
    await memoryStore().record([{ key: { scope: 'jti', value: 'a' }, mark }])
    console.log('recorded')`
  const packageRoot = fileURLToPath(new URL('..', import.meta.url))
  const { exitCode, output } = await runNode(['--input-type=module', '--eval', script], packageRoot, 10_000)
  expect(output).toBe('recorded\n')
  expect(exitCode).toBe(0)
})
