import { RevocationUnavailableError } from '@revoked/core'
import { memorySessions } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'
import { createSessions, type Sessions } from '../src/index.ts'

const lifetimes = { idleTimeout: '30m', absoluteLifetime: '1d' } as const

const calls: readonly (readonly [method: keyof Sessions<unknown>, call: (sessions: Sessions<unknown>) => unknown])[] = [
  ['open', (sessions) => sessions.open({ subject: 'ada' })],
  ['touch', (sessions) => sessions.touch('ada', 'a-session')],
  ['get', (sessions) => sessions.get('ada', 'a-session')],
  ['list', (sessions) => sessions.list('ada')],
  ['count', (sessions) => sessions.count('ada')],
  ['close', (sessions) => sessions.close('ada', 'a-session')],
  ['closeAll', (sessions) => sessions.closeAll('ada')],
]

/** Replaces every method of a store by the same function. */
function storeOf(method: () => never): ReturnType<typeof memorySessions> {
  return new Proxy(memorySessions(), { get: () => method })
}

const failures = [
  ['rejects', () => Promise.reject(new Error('ECONNREFUSED db.internal'))],
  [
    'throws',
    () => {
      throw new Error('ECONNREFUSED db.internal')
    },
  ],
  ['does not answer', () => new Promise(() => undefined)],
] as const

describe.each(failures)('a store that %s', (_, method) => {
  test.each(calls)('makes %s reject with 503', async (_name, call) => {
    const store = storeOf(method as () => never)
    const sessions = createSessions({ store, ...lifetimes, timeout: 0.05 })
    const error = await Promise.resolve(call(sessions)).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(RevocationUnavailableError)
    expect(error).toMatchObject({ status: 503, code: 'ERR_REVOCATION_UNAVAILABLE', cause: expect.any(Error) })
    expect(String(error)).not.toContain('db.internal')
  })
})

test.each([['0s'], ['61s'], [-1]])('refuses the timeout %s', (timeout) => {
  expect(() => createSessions({ store: memorySessions(), ...lifetimes, timeout: timeout as '1s' })).toThrow(RangeError)
})
