import { afterAll, beforeAll, expect } from 'vitest'

/**
 * Fails the test file in which anything rejected that nobody handled: such a rejection ends a
 * process. Vitest does the same by itself, but only as long as no library in the test listens to
 * these events, too.
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
    // Node tells of them once the microtasks of a turn have run.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', collect)
    expect(unhandled, 'rejections that nobody handled').toEqual([])
  })
}
