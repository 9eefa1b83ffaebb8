import {
  type Claims,
  createRevocation,
  type FailPolicy,
  type Key,
  PartialAnswerError,
  type RevocationStore,
} from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { brokenAnswers, hanging, storeError, storeWith } from '../support/broken-stores.ts'
import { rejectionOf, someClaims, startMs, virtualRevocation } from '../support/claims.ts'

const now = () => startMs

function checkOver(store: RevocationStore, failPolicy: FailPolicy = 'closed') {
  return createRevocation({ store, maxTokenLifetime: '24h', failPolicy, now }).check(someClaims())
}

describe('check', () => {
  test('asks the store once, for all keys of the token', async () => {
    const { revocation, asked } = virtualRevocation()
    await revocation.check(someClaims())
    const keys: Key[] = [
      { scope: 'jti', value: 'token-1' },
      { scope: 'sid', value: 'session-1' },
      { scope: 'sub', value: 'alice' },
      { scope: 'client_id', value: 'app-7' },
      { scope: 'all', value: '' },
    ]
    expect(asked).toEqual([keys])
  })

  test('looks up only the key of everything for a token without ids', async () => {
    const { revocation, asked } = virtualRevocation()
    await revocation.check({ iat: startMs / 1_000 })
    expect(asked).toEqual([[{ scope: 'all', value: '' }]])
  })

  test('judges what a store answers at once as what it answers later', async () => {
    const mark = { cutoff: startMs, expiresAt: Infinity, reason: 'fraud' }
    const found = [{ key: { scope: 'sub', value: 'alice' }, mark }]
    const revoked = { status: 'revoked', allowed: false, by: 'sub', reason: 'fraud' }
    await expect(checkOver(storeWith('find', () => found))).resolves.toEqual(revoked)
    await expect(checkOver(storeWith('find', async () => found))).resolves.toEqual(revoked)
    await expect(checkOver(storeWith('find', () => []))).resolves.toEqual({ status: 'active', allowed: true })
    await expect(checkOver(storeWith('find', async () => []))).resolves.toEqual({ status: 'active', allowed: true })
  })

  test('calls methods of stores that use this', async () => {
    class Store {
      readonly #plain = plainStore({ now })
      record(marks: Parameters<RevocationStore['record']>[0]) {
        return this.#plain.record(marks)
      }
      find(keys: readonly Key[]) {
        return this.#plain.find(keys)
      }
      forget(keys: readonly Key[]) {
        return this.#plain.forget(keys)
      }
      agree(settings: Parameters<RevocationStore['agree']>[0]) {
        return this.#plain.agree(settings)
      }
    }
    const revocation = createRevocation({ store: new Store(), maxTokenLifetime: '24h', now })
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.isRevoked(someClaims())).resolves.toBe(true)
    await revocation.reinstate({ subject: 'alice' })
    await expect(revocation.isRevoked(someClaims())).resolves.toBe(false)
  })

  test('rejects, and does not throw, if the claims are unusable', async () => {
    const { revocation, asked } = virtualRevocation()
    const promise = revocation.check(null as unknown as Claims)
    await expect(rejectionOf(promise)).resolves.toHaveProperty('code', 'ERR_INVALID_CLAIMS')
    expect(asked).toEqual([])
  })

  test('does not ask the store about a token that it refuses for its life', async () => {
    const { revocation, asked } = virtualRevocation()
    const promise = revocation.check(someClaims({ exp: startMs / 1_000 + 86_400 }))
    await expect(rejectionOf(promise)).resolves.toHaveProperty('code', 'ERR_TOKEN_LIFETIME')
    expect(asked).toEqual([])
  })
})

describe.each(brokenAnswers)('a store whose find %s', (_, answer) => {
  const store = storeWith('find', answer)

  test('is unavailable, and the token refused', async () => {
    const verdict = await checkOver(store)
    expect(verdict).toMatchObject({ status: 'unavailable', allowed: false })
    expect(verdict).toHaveProperty('error.code', 'ERR_REVOCATION_UNAVAILABLE')
    expect(verdict).toHaveProperty('error.cause', expect.any(Error))
  })

  test('is unavailable, and the token passes if the policy is open', async () => {
    await expect(checkOver(store, 'open')).resolves.toMatchObject({ status: 'unavailable', allowed: true })
  })
})

test('what the store failed with is the cause', async () => {
  await expect(checkOver(storeWith('find', () => Promise.reject(storeError)))).resolves.toHaveProperty(
    'error.cause',
    storeError,
  )
})

test.each([
  ['nothing', undefined],
  ['an array of nothing', [undefined]],
  ['a mark that revokes nothing', [{ key: { scope: 'sub', value: 'alice' }, mark: { cutoff: -Infinity } }]],
])('a store that says it knows %s in part is unavailable', async (_, known) => {
  const store = storeWith('find', () => Promise.reject(new PartialAnswerError(known as never)))
  await expect(checkOver(store)).resolves.toMatchObject({ status: 'unavailable', allowed: false })
})

test('a mark that revokes nothing makes the store unavailable', async () => {
  const mark = { cutoff: -Infinity, expiresAt: Infinity }
  const store = storeWith('find', () => [{ key: { scope: 'sub', value: 'alice' }, mark }])
  await expect(checkOver(store)).resolves.toMatchObject({ status: 'unavailable', allowed: false })
})

describe('a store that could answer in part only', () => {
  const knowing = (cutoff: number): RevocationStore => {
    const known = [{ key: { scope: 'sub', value: 'alice' }, mark: { cutoff, expiresAt: Infinity } }]
    return storeWith('find', () => Promise.reject(new PartialAnswerError(known, { cause: storeError })))
  }

  test('knows enough to refuse what it knows to be revoked, whatever the policy', async () => {
    for (const policy of ['closed', 'open'] as const) {
      await expect(checkOver(knowing(startMs), policy)).resolves.toMatchObject({ status: 'revoked', by: 'sub' })
    }
  })

  test('never knows enough to let a token pass: that is up to the policy', async () => {
    const before = someClaims().iat as number
    const unavailable = { status: 'unavailable', error: { cause: { code: 'ERR_PARTIAL_ANSWER' } } }
    const verdicts = [checkOver(knowing((before - 60) * 1_000)), checkOver(knowing((before - 60) * 1_000), 'open')]
    expect(await Promise.all(verdicts)).toMatchObject([
      { ...unavailable, allowed: false },
      { ...unavailable, allowed: true },
    ])
  })
})

describe('the deadline', () => {
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

  test('makes a store that hangs unavailable, at the timeout and not before', async () => {
    const settled = vi.fn()
    const store = storeWith('find', hanging)
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', timeout: '250ms', now })
    const verdict = revocation.check(someClaims()).finally(settled)
    await vi.advanceTimersByTimeAsync(249)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await expect(verdict).resolves.toMatchObject({ status: 'unavailable', allowed: false })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is one second if none is given', async () => {
    const verdict = checkOver(storeWith('find', hanging), 'open')
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(verdict).resolves.toMatchObject({ status: 'unavailable', allowed: true })
  })

  test('ignores what the store rejects with afterwards', async () => {
    const store = storeWith('find', () => new Promise((_, reject) => setTimeout(reject, 5_000, storeError)))
    const verdict = checkOver(store)
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(verdict).resolves.toMatchObject({ status: 'unavailable' })
    await vi.advanceTimersByTimeAsync(4_000)
    await new Promise(setImmediate)
    expect(unhandled).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each<[string, () => unknown]>([
    ['answers', async () => []],
    ['answers at once', () => []],
    ['answers garbage at once', () => undefined],
    ['rejects', () => Promise.reject(storeError)],
    ['answers a promise of undefined', async () => undefined],
  ])('leaves no timer pending if the store %s', async (_, answer) => {
    await checkOver(storeWith('find', answer))
    // The settings may still be on their way to be agreed.
    await new Promise(setImmediate)
    expect(vi.getTimerCount()).toBe(0)
  })
})
