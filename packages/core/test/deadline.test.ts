import { setTimeout as sleep } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { withDeadline } from '@revoked/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { rejectionOf } from './support/claims.ts'

const storeError = new Error('ECONNREFUSED 10.0.0.7:6379')

describe('withDeadline', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('answers what the promise does, and leaves no timer behind', async () => {
    await expect(withDeadline(Promise.resolve(7), 100)).resolves.toBe(7)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('rejects as the promise does, and leaves no timer behind', async () => {
    await expect(rejectionOf(withDeadline(Promise.reject(storeError), 100))).resolves.toBe(storeError)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('rejects at the deadline, not before, and says how long it waited', async () => {
    const rejection = rejectionOf(withDeadline(new Promise(() => {}), 100))
    await vi.advanceTimersByTimeAsync(99)
    expect(vi.getTimerCount()).toBe(1)
    // The turn after the deadline is a timer too.
    await vi.advanceTimersByTimeAsync(2)
    expect(String(await rejection)).toBe('Error: No answer within 100 ms.')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('accepts an answer just before the deadline', async () => {
    const answer = new Promise((resolve) => setTimeout(resolve, 99, 'late'))
    const raced = withDeadline(answer, 100)
    await vi.advanceTimersByTimeAsync(99)
    await expect(raced).resolves.toBe('late')
    expect(vi.getTimerCount()).toBe(0)
  })
})

/** Blocks the event loop, as a synchronous computation does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Resolves when a message arrives that was sent before: in the turn that reads sockets too. */
function arrivedAnswer(value: number): Promise<number> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port2.once('message', (answer: number) => {
      port1.close()
      resolve(answer)
    })
    port1.postMessage(value)
  })
}

describe('withDeadline on a blocked event loop', () => {
  test('accepts 50 answers that arrived while it was blocked beyond the deadlines', async () => {
    const answers = Array.from({ length: 50 }, (_, index) => withDeadline(arrivedAnswer(index), 5 + index))
    // Timers that take long make others due before the event loop looks at what arrived.
    for (let ms = 5; ms < 50; ms += 5) setTimeout(block, ms, 3)
    block(100)
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 50 }, (_, index) => index))
  })

  test('still rejects if no answer arrived', async () => {
    const raced = rejectionOf(withDeadline(sleep(10_000, 'late', { ref: false }), 5))
    block(20)
    expect(String(await raced)).toBe('Error: No answer within 5 ms.')
  })

  test('rejects with the error of the caller, created at the deadline only', async () => {
    const late = vi.fn(() => storeError)
    expect(await withDeadline(7, 1, late)).toBe(7)
    expect(late).not.toHaveBeenCalled()
    await expect(rejectionOf(withDeadline(new Promise(() => {}), 1, late))).resolves.toBe(storeError)
  })
})
