import { type FailDecision, RevocationUnavailableError } from '@revoked/core'
import { describe, expect, test, vi } from 'vitest'
import { decide, unavailable } from '../../src/check/fail-policy.ts'
import { someClaims } from '../support/claims.ts'

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
