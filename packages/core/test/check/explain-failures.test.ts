import {
  type Claims,
  createRevocation,
  type KeyedMark,
  PartialAnswerError,
  type RevocationOptions,
  type RevocationStore,
  type Target,
} from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { brokenAnswers, hanging, storeError, storeWith } from '../support/broken-stores.ts'
import { dayMs, rejectionOf, someClaims, startMs, virtualRevocation } from '../support/claims.ts'

const now = () => startMs
const token = (): Target => ({ token: someClaims() })

/** Opens a revocation at the start of the virtual clock over a store. */
function over(store: RevocationStore, options: Partial<RevocationOptions> = {}) {
  return createRevocation({ store, maxTokenLifetime: '24h', now, ...options })
}

describe('explain over a store that fails', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each(brokenAnswers)('rejects if its find %s', async (_, answer) => {
    for (const failPolicy of ['closed', 'open'] as const) {
      const promise = over(storeWith('find', answer), { failPolicy }).explain(token())
      await expect(rejectionOf(promise)).resolves.toHaveProperty('code', 'ERR_REVOCATION_UNAVAILABLE')
    }
  })

  test('rejects if it knows some marks only', async () => {
    const known: KeyedMark[] = [
      { key: { scope: 'sub', value: 'alice' }, mark: { cutoff: startMs, expiresAt: startMs + dayMs } },
    ]
    const store = storeWith('find', () => Promise.reject(new PartialAnswerError(known)))
    await expect(rejectionOf(over(store).explain(token()))).resolves.toHaveProperty(
      'code',
      'ERR_REVOCATION_UNAVAILABLE',
    )
  })

  test('rejects if a mark revokes nothing', async () => {
    const mark = { cutoff: -Infinity, expiresAt: startMs + dayMs }
    const store = storeWith('find', () => [{ key: { scope: 'sub', value: 'alice' }, mark }])
    await expect(rejectionOf(over(store).explain(token()))).resolves.toHaveProperty('cause.code', 'ERR_CORRUPT_MARK')
  })

  test('rejects at the timeout', async () => {
    vi.useFakeTimers()
    let isOver = false
    const rejection = rejectionOf(
      over(storeWith('find', hanging), { timeout: '2s' })
        .explain({ subject: 'alice' })
        .finally(() => {
          isOver = true
        }),
    )
    await vi.advanceTimersByTimeAsync(1_999)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(2)
    await expect(rejection).resolves.toHaveProperty('code', 'ERR_REVOCATION_UNAVAILABLE')
  })

  test('rejects if nothing was agreed, and answers by what was agreed before', async () => {
    let isDown = true
    const plain = plainStore({ now: () => at })
    let at = startMs
    const agree: RevocationStore['agree'] = (settings) => (isDown ? Promise.reject(storeError) : plain.agree(settings))
    const revocation = over({ ...plain, agree }, { now: () => at })
    await expect(rejectionOf(revocation.explain(token()))).resolves.toHaveProperty('cause', storeError)
    isDown = false
    await expect(revocation.explain(token())).resolves.toEqual([])
    isDown = true
    at += 600_000
    await expect(revocation.explain(token())).resolves.toEqual([])
  })
})

describe('explain refuses, and asks nothing for,', () => {
  test.each<[title: string, target: unknown, options: unknown, expected: object]>([
    ['no target', undefined, {}, { name: 'TypeError' }],
    ['a payload', someClaims(), {}, { name: 'TypeError' }],
    ['a number as a subject', { subject: 7 }, {}, { name: 'TypeError' }],
    ['an empty session', { session: '' }, {}, { name: 'RangeError' }],
    ['a claim that is not configured', { claim: 'tenant', value: 'acme' }, {}, { name: 'TypeError' }],
    ['an issuer without *', { subject: 'alice', issuer: 'https://a.example' }, {}, { name: 'TypeError' }],
    ['claims with a number as sub', { token: { sub: 7 } }, {}, { code: 'ERR_INVALID_CLAIMS' }],
    ['an unknown option', token(), { refreshed: true }, { name: 'TypeError' }],
    ['a refresh that is no boolean', token(), { refresh: 'yes' }, { name: 'TypeError' }],
  ])('%s', async (_, target, options, expected) => {
    const { revocation, asked } = virtualRevocation()
    const promise = revocation.explain(target as { token: Claims }, options as object)
    await expect(rejectionOf(promise)).resolves.toMatchObject(expected)
    expect(asked).toEqual([])
  })
})
