import { afterAll, beforeAll, expect } from 'vitest'

/**
 * Fails a test file with an unhandled rejection, which would end a process. Vitest does the same,
 * but only if no library in the test listens to these events.
 */
export function guardRejections(): void {
  const unhandled: unknown[] = []
  const collect = (reason: unknown): void => {
    unhandled.push(reason)
  }
  beforeAll(() => {
    process.on('unhandledRejection', collect)
  })
  afterAll(async () => {
    // Node emits these events after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', collect)
    expect(unhandled, 'rejections that nobody handled').toEqual([])
  })
}
