import { createRevocation, type Revocation, type RevocationOptions, type RevocationStore } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { withTrail } from '@revoked/testing/audited-store'
import { plainStore } from '@revoked/testing/plain-store'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { hanging, storeError, storeWith } from '../support/broken-stores.ts'
import { rejectionOf, someClaims, startMs, virtualClock, virtualRevocation } from '../support/claims.ts'
import { codeOf, openWatched } from '../support/watching.ts'

const until = startMs + 300_000

describe('once', () => {
  test('is true for the first caller, and false for every later one', async () => {
    const { revocation, clock } = virtualRevocation()
    expect(await revocation.once('a', { until })).toBe(true)
    expect(await revocation.once('a', { until })).toBe(false)
    clock.advance(299_000)
    expect(await revocation.once('a', { until: new Date(until + 60_000) })).toBe(false)
    expect(await revocation.once('b', { until })).toBe(true)
  })

  test('is true for one of a hundred callers at the same time, whatever their until', async () => {
    const { revocation } = virtualRevocation()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => revocation.once('a', { until: until + index })),
    )
    expect(answers.filter(Boolean)).toHaveLength(1)
  })

  test('keeps the id used until no clock within the tolerance accepts it', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.once('a', { until })
    // The leeway of the caller, and the clock of the store.
    clock.set(until + 2 * 60_000)
    expect(await revocation.once('a', { until: until + 300_000 })).toBe(false)
  })

  test('forgets the id afterwards', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.once('a', { until })
    clock.set(until + 2 * 60_000 + 1_000)
    expect(await revocation.once('a', { until: until + 300_000 })).toBe(true)
  })

  test('keeps the id for the largest clockTolerance of all services', async () => {
    const clock = virtualClock()
    const store = plainStore(clock)
    const over = (clockTolerance: '1s' | '1h') =>
      createRevocation({ store, maxTokenLifetime: '24h', clockTolerance, now: clock.now })
    await over('1h').ready()
    await over('1s').once('a', { until })
    clock.set(until + 2 * 3_600_000)
    expect(await over('1s').once('a', { until: until + 86_400_000 })).toBe(false)
  })

  test('takes an until that has passed within the tolerance, once', async () => {
    const { revocation, clock } = virtualRevocation()
    expect(await revocation.once('a', { until: startMs - 59_999 })).toBe(true)
    clock.advance(59_000)
    expect(await revocation.once('a', { until: startMs + 1 })).toBe(false)
  })

  test('records one mark in one call, which revokes nothing', async () => {
    const { revocation, recorded } = virtualRevocation()
    await revocation.once('a', { until })
    const mark = {
      cutoff: -Infinity,
      expiresAt: until + 121_000,
      family: { generation: 1, spentAt: startMs, tokenIds: ['once'], contested: 0 },
    }
    expect(recorded).toEqual([[{ key: { scope: 'once', value: 'a' }, mark }]])
  })

  test('writes nothing into the audit trail', async () => {
    const clock = virtualClock()
    const store = withTrail(plainStore(clock), clock)
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
    await revocation.once('a', { until })
    expect((await revocation.audit()).entries).toEqual([])
  })
})

describe('an id of once', () => {
  test.each(['token-1', 'session-1', 'alice', 'app-7', '', 'https://a.example'])(
    'is no id of claims, nor the other way round: %j',
    async (id) => {
      const { revocation } = virtualRevocation()
      if (id !== '') expect(await revocation.once(id, { until })).toBe(true)
      expect(await revocation.check(someClaims())).toHaveProperty('status', 'active')
      await revocation.revoke([{ token: someClaims() }, { session: 'session-1' }])
      await revocation.revoke([{ subject: 'alice' }, { claim: 'client_id', value: 'app-7' }, { everything: true }])
      const marks = await revocation.explain({ token: someClaims() })
      expect(marks.map(({ scope }) => scope)).toEqual(['jti', 'sid', 'sub', 'client_id', 'all'])
      expect(await revocation.once(`${id}!`, { until })).toBe(true)
      if (id !== '') expect(await revocation.once(id, { until })).toBe(false)
    },
  )

  test('is no family of refresh tokens', async () => {
    const { revocation } = virtualRevocation()
    const families = createFamilies(revocation)
    expect(await revocation.once('login-1', { until })).toBe(true)
    expect(await families.find('login-1')).toBeUndefined()
    expect(await families.spend('login-1', { generation: 1, tokenId: 'a' })).toBe(true)
    expect(await families.spend('login-2', { generation: 1, tokenId: 'a' })).toBe(true)
    expect(await revocation.once('login-2', { until })).toBe(true)
  })

  test('cannot be a claim, because its scope is reserved', () => {
    expect(() => virtualRevocation({ claims: ['once'] })).toThrow(TypeError)
  })

  test.each(['a', 'A', 'a ', '{a}', 'a:b', '__proto__', '["x","a"]'])('is told from all others: %s', async (id) => {
    const { revocation } = virtualRevocation()
    for (const other of ['a', 'A', 'a ', '{a}', 'a:b', '__proto__', '["x","a"]'])
      if (other !== id) await revocation.once(other, { until })
    expect(await revocation.once(id, { until })).toBe(true)
  })

  test('ends no watch', async () => {
    // A watch follows the store for some time after its end, which would disturb other tests.
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { revocation, another } = openWatched()
    const seconds = Math.floor(Date.now() / 1_000)
    const of = (sub: string) => ({ sub, iat: seconds, exp: seconds + 900 })
    const [watch, sentinel] = [revocation.watch(of('alice')), revocation.watch(of('bob'))]
    await another.once('alice', { until: Date.now() + 60_000 })
    await another.revoke({ subject: 'bob' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(codeOf(sentinel)).toBe('ERR_TOKEN_REVOKED')
    expect(watch.signal.aborted).toBe(false)
    watch.close()
  })
})

describe('once over a store that fails', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  const over = (store: RevocationStore, options: Partial<RevocationOptions> = {}): Revocation =>
    createRevocation({ store, maxTokenLifetime: '24h', now: () => startMs, ...options })

  test.each<[title: string, answer: () => unknown]>([
    ['rejects', () => Promise.reject(storeError)],
    [
      'throws',
      () => {
        throw storeError
      },
    ],
    ['answers nothing', async () => undefined],
    ['answers no result', async () => []],
    ['answers two results', async () => [true, true]],
    ['answers a number', async () => [1]],
  ])('rejects if its record %s, whatever the policy is', async (_, answer) => {
    for (const failPolicy of ['closed', 'open'] as const) {
      const promise = over(storeWith('record', answer), { failPolicy }).once('a', { until })
      await expect(rejectionOf(promise)).resolves.toHaveProperty('code', 'ERR_REVOCATION_UNAVAILABLE')
    }
  })

  test('rejects at the deadline of a write', async () => {
    vi.useFakeTimers()
    const rejection = rejectionOf(over(storeWith('record', hanging), { timeout: '1s' }).once('a', { until }))
    await vi.advanceTimersByTimeAsync(5_001)
    await expect(rejection).resolves.toHaveProperty('code', 'ERR_REVOCATION_UNAVAILABLE')
  })

  test('is true at most once if it is retried after an unknown outcome', async () => {
    const plain = plainStore({ now: () => startMs })
    let isLost = true
    const record: RevocationStore['record'] = async (marks) => {
      const changed = await plain.record(marks)
      if (isLost) throw storeError
      return changed
    }
    const revocation = over({ ...plain, record })
    await expect(rejectionOf(revocation.once('a', { until }))).resolves.toHaveProperty('cause', storeError)
    isLost = false
    expect(await revocation.once('a', { until })).toBe(false)
  })

  test('rejects if the clock of the store is too far away', async () => {
    const revocation = over(plainStore({ now: () => startMs + 600_000 }))
    await expect(rejectionOf(revocation.once('a', { until }))).resolves.toHaveProperty('code', 'ERR_CLOCK_SKEW')
  })
})

describe('once refuses, and stores nothing for,', () => {
  test.each<[title: string, id: unknown, options: unknown, error: typeof TypeError | typeof RangeError]>([
    ['no id', undefined, { until }, TypeError],
    ['a number as an id', 7, { until }, TypeError],
    ['an empty id', '', { until }, RangeError],
    ['an id of 1,025 characters', 'x'.repeat(1_025), { until }, RangeError],
    ['an id with a lone surrogate', 'a\ud800', { until }, RangeError],
    ['no options', 'a', undefined, TypeError],
    ['no until', 'a', {}, TypeError],
    ['an until in seconds', 'a', { until: startMs / 1_000 }, RangeError],
    ['an until that has passed by the tolerance', 'a', { until: startMs - 60_000 }, RangeError],
    ['an until that is no date', 'a', { until: new Date('tomorrow') }, TypeError],
    ['a duration', 'a', { until: '5m' }, TypeError],
    ['an until after the year 9999', 'a', { until: Infinity }, TypeError],
    ['an unknown option', 'a', { until, reason: 'x' }, TypeError],
  ])('%s', async (_, id, options, expected) => {
    const { revocation, recorded } = virtualRevocation()
    const error = await rejectionOf(revocation.once(id as string, options as { until: number }))
    expect(error).toBeInstanceOf(expected)
    expect(recorded).toEqual([])
  })
})
