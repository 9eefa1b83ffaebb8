import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'

/**
 * Notes what nobody handles while the tests around it run: vitest is silent about it once a library
 * listens, too.
 *
 * @returns what was noted until the turn is over.
 */
export function noteUnhandledRejections(): () => Promise<readonly unknown[]> {
  const noted: unknown[] = []
  const note = (reason: unknown): void => {
    noted.push(reason)
  }
  beforeAll(() => void process.on('unhandledRejection', note))
  afterAll(() => void process.off('unhandledRejection', note))
  return async () => {
    await nextTurn()
    return noted
  }
}
