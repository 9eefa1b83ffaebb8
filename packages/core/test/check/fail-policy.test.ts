import { type FailDecision, RevocationUnavailableError } from '@revoked/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { decide, unavailable, withDeadline } from '../../src/check/fail-policy.ts'
import { rejectionOf, someClaims } from '../support/claims.ts'

const storeError = new Error('ECONNREFUSED 10.0.0.7:6379')

describe('decide', () => {
  test.each<[FailDecision, boolean]>([
    ['closed', false],
    ['open', true],
  ])('follows the policy %s', (policy, allowed) => {
    const error = unavailable(storeError)
    expect(decide(policy, error, someClaims())).toEqual({ allowed, error })
  })

  test('shows a function the error and the claims', () => {
    const policy = vi.fn(() => 'open' as const)
    const error = unavailable(storeError)
    const claims = someClaims()
    expect(decide(policy, error, claims)).toEqual({ allowed: true, error })
    expect(policy.mock.calls).toEqual([[error, claims]])
    expect(policy.mock.calls[0]).toHaveLength(2)
  })

  test.each([[undefined], [true], [''], ['OPEN'], [Promise.resolve('open')], [{}]])(
    'closes if a function returns %o',
    (answer) => {
      const error = unavailable(storeError)
      expect(decide(() => answer as FailDecision, error, someClaims())).toEqual({ allowed: false, error })
    },
  )

  test('closes if a function throws, and keeps both causes', () => {
    const policyError = new Error('policy')
    const verdict = decide(
      () => {
        throw policyError
      },
      unavailable(storeError),
      someClaims(),
    )
    expect(verdict.allowed).toBe(false)
    expect(verdict.error).toBeInstanceOf(RevocationUnavailableError)
    expect(verdict.error.cause).toBeInstanceOf(AggregateError)
    expect(verdict.error.cause).toHaveProperty('errors', [storeError, policyError])
  })
})

test('the error of an unavailable store has what the store failed with as cause only', () => {
  const error = unavailable(storeError)
  expect(error).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, cause: storeError })
  expect(error.message).not.toContain('10.0.0.7')
})

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
    await vi.advanceTimersByTimeAsync(1)
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
