import {
  createRevocation,
  type FailPolicy,
  type RevocationStore,
  RevocationUnavailableError,
  type Target,
} from '@revoked/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hanging, storeError, storeWith } from '../support/broken-stores.ts'
import {
  dayMs,
  rejectionOf,
  sessionMarkEnd,
  someClaims,
  startMs,
  startSeconds,
  virtualRevocation,
} from '../support/claims.ts'

function over(store: RevocationStore, failPolicy: FailPolicy = 'closed') {
  return createRevocation({ store, maxTokenLifetime: '24h', failPolicy, now: () => startMs })
}

describe('changed', () => {
  test.each<[string, Target]>([
    ['token', { token: someClaims() }],
    ['session', { session: 'session-1' }],
    ['subject', { subject: 'alice' }],
    ['claim', { claim: 'client_id', value: 'app-7' }],
    ['everything', { everything: true }],
  ])('is true for the first revocation of a %s and false for the second', async (_, target) => {
    const { revocation } = virtualRevocation()
    const first = await revocation.revoke(target)
    const second = await revocation.revoke(target)
    expect([first.changed, second.changed]).toEqual([true, false])
    expect(second.expiresAt).toBe(first.expiresAt)
  })

  test('is true for exactly one of many callers at once', async () => {
    const { revocation } = virtualRevocation()
    const results = await Promise.all(Array.from({ length: 50 }, () => revocation.revoke({ token: someClaims() })))
    expect(results.filter(({ changed }) => changed)).toHaveLength(1)
  })

  test('is true if a later cutoff reaches further', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' })
    clock.advance(1)
    await expect(revocation.revoke({ subject: 'alice' })).resolves.toHaveProperty('changed', true)
  })

  test('is true again after a reinstatement', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ session: 's' })
    await revocation.reinstate({ session: 's' })
    await expect(revocation.revoke({ session: 's' })).resolves.toHaveProperty('changed', true)
  })
})

describe('a token that has expired', () => {
  const expired = someClaims({ iat: startSeconds - 900, exp: startSeconds - 121 })

  test('is not written, and nothing changed', async () => {
    const { revocation, recorded } = virtualRevocation()
    await expect(revocation.revoke({ token: expired })).resolves.toEqual({ changed: false, expiresAt: startMs })
    expect(recorded).toEqual([])
  })

  test('is written while its margin lasts', async () => {
    const { revocation, recorded } = virtualRevocation()
    const result = await revocation.revoke({ token: { ...expired, exp: startSeconds - 120.999 } })
    expect(result).toEqual({ changed: true, expiresAt: startMs + 1 })
    expect(recorded).toHaveLength(1)
  })

  test('does not keep the others of its batch from being written', async () => {
    const { revocation, recorded } = virtualRevocation()
    const targets = [{ session: 's1' }, { token: expired }, { session: 's2' }]
    const results = await revocation.revoke<Target>(targets)
    expect(results.map(({ changed }) => changed)).toEqual([true, false, true])
    expect(recorded.map((marks) => marks.map(({ key }) => key.value))).toEqual([['s1', 's2']])
  })
})

describe('a batch', () => {
  const targets: readonly Target[] = [
    { token: someClaims() },
    { session: 's' },
    { subject: 'alice' },
    { claim: 'client_id', value: 'app-7' },
    { everything: true },
  ]

  test('is one call of the store, and its results are in order', async () => {
    const { revocation, recorded } = virtualRevocation()
    const life = dayMs + 181_000
    const results = await revocation.revoke(targets, { reason: 'incident' })
    expect(results).toEqual([
      { changed: true, expiresAt: startMs + 840_000 + 121_000 },
      { changed: true, expiresAt: sessionMarkEnd(startMs, 60_000) },
      ...Array(3).fill({ changed: true, expiresAt: startMs + life, reissueAt: startSeconds + 1 }),
    ])
    expect(recorded).toHaveLength(1)
    expect(recorded[0]?.map(({ key }) => key.scope)).toEqual(['jti', 'sid', 'sub', 'client_id', 'all'])
    expect(recorded[0]?.every(({ mark }) => mark.reason === 'incident')).toBe(true)
  })

  test('says for each target whether it changed', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ session: 'b' })
    const results = await revocation.revoke(['a', 'b', 'c', 'a'].map((session) => ({ session })))
    expect(results.map(({ changed }) => changed)).toEqual([true, false, true, false])
  })

  test('of one answers an array', async () => {
    const { revocation } = virtualRevocation()
    await expect(revocation.revoke([{ session: 's' }])).resolves.toHaveLength(1)
  })

  test('of none writes nothing', async () => {
    const { revocation, recorded, forgotten } = virtualRevocation()
    await expect(revocation.revoke([])).resolves.toEqual([])
    await expect(revocation.reinstate([])).resolves.toBeUndefined()
    expect({ recorded, forgotten }).toEqual({ recorded: [], forgotten: [] })
  })

  test('is reinstated in one call', async () => {
    const { revocation, forgotten } = virtualRevocation()
    await revocation.revoke(targets)
    await revocation.reinstate(targets)
    expect(forgotten.map((keys) => keys.map(({ scope }) => scope))).toEqual([['jti', 'sid', 'sub', 'client_id', 'all']])
    await expect(revocation.isRevoked(someClaims({ sid: 's' }))).resolves.toBe(false)
  })
})

describe('reinstate', () => {
  test('leaves what another mark revokes revoked', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke<Target>([{ subject: 'alice' }, { session: 'session-1' }])
    await revocation.reinstate({ subject: 'alice' })
    await expect(revocation.check(someClaims())).resolves.toMatchObject({ by: 'sid' })
    await revocation.reinstate({ session: 'session-1' })
    await expect(revocation.isRevoked(someClaims())).resolves.toBe(false)
  })

  test('of what was never revoked does nothing', async () => {
    const { revocation } = virtualRevocation()
    await expect(revocation.reinstate({ subject: 'nobody' })).resolves.toBeUndefined()
  })
})

test('a clock that answers no number revokes nothing', async () => {
  const { revocation, recorded } = virtualRevocation({ now: () => Number.NaN })
  await expect(revocation.revoke({ subject: 'alice' })).rejects.toThrow(TypeError)
  expect(recorded).toEqual([])
})

describe('a write that the store fails', () => {
  const one = { session: 's' }

  test.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(storeError)],
    [
      'throws',
      () => {
        throw storeError
      },
    ],
    ['answers undefined', () => undefined],
    ['answers a promise of undefined', async () => undefined],
    ['answers for fewer marks than it was given', async () => []],
    ['answers for more marks than it was given', async () => [true, true]],
  ])('rejects if record %s, whatever the policy', async (title, answer) => {
    for (const failPolicy of ['closed', 'open', () => 'open' as const] as const) {
      const error = await rejectionOf(over(storeWith('record', answer), failPolicy).revoke(one))
      expect(error).toBeInstanceOf(RevocationUnavailableError)
      expect(error).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503 })
      expect(error).toHaveProperty('cause', title.match(/rejects|throws/) ? storeError : expect.any(TypeError))
    }
  })

  test.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(storeError)],
    [
      'throws',
      () => {
        throw storeError
      },
    ],
  ])('rejects if forget %s, whatever the policy', async (_, answer) => {
    for (const failPolicy of ['closed', 'open'] as const) {
      const error = await rejectionOf(over(storeWith('forget', answer), failPolicy).reinstate(one))
      expect(error).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: storeError })
    }
  })
})

describe('the deadline of a write', () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    unhandled.length = 0
    process.on('unhandledRejection', note)
  })
  afterEach(() => {
    process.off('unhandledRejection', note)
    vi.useRealTimers()
  })

  test.each<['record' | 'forget']>([['record'], ['forget']])(
    'is five times the timeout of a check: %s',
    async (name) => {
      const store = storeWith(name, hanging)
      const options = { store, maxTokenLifetime: '24h', timeout: '200ms', failPolicy: 'open' } as const
      const revocation = createRevocation({ ...options, now: () => startMs })
      const write = name === 'record' ? revocation.revoke({ session: 's' }) : revocation.reinstate({ session: 's' })
      const settled = vi.fn()
      const rejection = rejectionOf(write).finally(settled)
      await vi.advanceTimersByTimeAsync(999)
      expect(settled).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      const error = await rejection
      expect(error).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
      expect(error).toHaveProperty('cause.message', 'No answer within 1000 ms.')
      expect(vi.getTimerCount()).toBe(0)
    },
  )

  test('leaves no timer behind, and ignores what the store rejects with afterwards', async () => {
    await over(storeWith('record', async () => [true])).revoke({ session: 's' })
    expect(vi.getTimerCount()).toBe(0)
    const late = storeWith('record', () => new Promise((_, reject) => setTimeout(reject, 9_000, storeError)))
    const rejection = rejectionOf(over(late).revoke({ session: 's' }))
    await vi.advanceTimersByTimeAsync(9_000)
    await expect(rejection).resolves.toHaveProperty('code', 'ERR_REVOCATION_UNAVAILABLE')
    await new Promise(setImmediate)
    expect(unhandled).toEqual([])
  })
})
