import {
  createRevocation,
  type FailDecision,
  type FailPolicy,
  type RevocationErrorCode,
  RevocationUnavailableError,
  TokenRevokedError,
} from '@revoked/core'
import { describe, expect, test, vi } from 'vitest'
import { storeError, storeWith } from './support/broken-stores.ts'
import { rejectionOf, someClaims, startMs, startSeconds, virtualRevocation } from './support/claims.ts'

const claims = someClaims()

function unavailableRevocation(failPolicy?: FailPolicy) {
  return createRevocation({
    store: storeWith('find', () => Promise.reject(storeError)),
    maxTokenLifetime: '24h',
    now: () => startMs,
    ...(failPolicy && { failPolicy }),
  })
}

describe('of an active token', () => {
  test('check, assertActive and isRevoked let it pass', async () => {
    const { revocation } = virtualRevocation()
    await expect(revocation.check(claims)).resolves.toEqual({ status: 'active', allowed: true })
    await expect(revocation.assertActive(claims)).resolves.toBeUndefined()
    await expect(revocation.isRevoked(claims)).resolves.toBe(false)
  })
})

describe('of a revoked token', () => {
  test('check says by which scope and why, assertActive throws it, isRevoked is true', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { reason: 'password_changed' })
    const why = { by: 'sub', reason: 'password_changed' }
    await expect(revocation.check(claims)).resolves.toEqual({ status: 'revoked', allowed: false, ...why })
    const error = await rejectionOf(revocation.assertActive(claims))
    expect(error).toBeInstanceOf(TokenRevokedError)
    expect(error).toMatchObject({ code: 'ERR_TOKEN_REVOKED', status: 401, statusCode: 401, ...why })
    await expect(revocation.isRevoked(claims)).resolves.toBe(true)
  })

  test.each([
    ['jti', { token: claims }],
    ['sid', { session: 'session-1' }],
    ['sub', { subject: 'alice' }],
    ['client_id', { claim: 'client_id', value: 'app-7' }],
    ['all', { everything: true }],
  ] as const)('every form of target revokes it, here by %s, and reinstating lets it pass again', async (by, target) => {
    const { revocation } = virtualRevocation()
    await revocation.revoke(target)
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'revoked', by })
    await expect(revocation.reinstate(target)).resolves.toBeUndefined()
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'active' })
  })
})

describe('of any token while the store is unavailable', () => {
  test('a closed policy refuses it with the error of a 503', async () => {
    const revocation = unavailableRevocation()
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'unavailable', allowed: false })
    for (const promise of [revocation.assertActive(claims), revocation.isRevoked(claims)]) {
      const error = await rejectionOf(promise)
      expect(error).toBeInstanceOf(RevocationUnavailableError)
      expect(error).toMatchObject({ status: 503, statusCode: 503, cause: storeError })
    }
  })

  test('an open policy lets it pass, and tells that it was degraded', async () => {
    const revocation = unavailableRevocation('open')
    const verdict = await revocation.check(claims)
    expect(verdict).toMatchObject({ status: 'unavailable', allowed: true })
    expect(verdict).toHaveProperty('error.cause', storeError)
    await expect(revocation.assertActive(claims)).resolves.toBeUndefined()
    await expect(revocation.isRevoked(claims)).resolves.toBe(false)
  })

  test.each<[FailDecision]>([['open'], ['closed']])(
    'a policy function decides %s, from error and claims',
    async (word) => {
      const policy = vi.fn((_error: RevocationUnavailableError, _claims: object): FailDecision => word)
      const verdict = await unavailableRevocation(policy).check(claims)
      expect(verdict).toMatchObject({ status: 'unavailable', allowed: word === 'open' })
      expect(policy).toHaveBeenCalledTimes(1)
      expect(policy.mock.calls[0]?.[0]).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: storeError })
      expect(policy.mock.calls[0]?.[1]).toBe(claims)
    },
  )

  test('a policy function can let reads pass and not writes', async () => {
    const revocation = unavailableRevocation((_, { sub }) => (sub === 'reader' ? 'open' : 'closed'))
    await expect(revocation.isRevoked({ ...claims, sub: 'reader' })).resolves.toBe(false)
    await expect(revocation.isRevoked(claims)).rejects.toThrow(RevocationUnavailableError)
  })

  test('a policy function that throws closes, and its error joins that of the store', async () => {
    const policyError = new Error('policy')
    const revocation = unavailableRevocation(() => {
      throw policyError
    })
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'unavailable', allowed: false })
    const error = await rejectionOf(revocation.assertActive(claims))
    expect(error).toHaveProperty('cause.errors', [storeError, policyError])
  })

  test('a policy function that answers nonsense closes, and the cause is kept', async () => {
    const revocation = unavailableRevocation(() => 'maybe' as FailDecision)
    const error = await rejectionOf(revocation.isRevoked(claims))
    expect(error).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: storeError })
  })

  test('a policy is not called if the store answers', async () => {
    const failPolicy = vi.fn(() => 'closed' as const)
    const { revocation } = virtualRevocation({ failPolicy })
    await revocation.revoke({ session: 'session-1' })
    await revocation.check(claims)
    await revocation.check({ ...claims, sid: 'session-2' })
    expect(failPolicy).not.toHaveBeenCalled()
  })
})

describe('of unusable claims', () => {
  test.each<[RevocationErrorCode, object]>([
    ['ERR_INVALID_CLAIMS', { sub: 1 }],
    ['ERR_TOKEN_LIFETIME', { exp: startSeconds + 86_400 }],
  ])('check, assertActive and isRevoked reject with %s, whatever the policy', async (code, fields) => {
    for (const failPolicy of ['open', 'closed'] as const) {
      const { revocation } = virtualRevocation({ failPolicy })
      for (const method of ['check', 'assertActive', 'isRevoked'] as const) {
        const error = await rejectionOf(revocation[method](someClaims(fields)))
        expect(error).toMatchObject({ code, status: 401 })
      }
    }
  })

  test('identify that throws lets nothing pass', async () => {
    const identifyError = new Error('identify')
    const { revocation, asked } = virtualRevocation({
      failPolicy: 'open',
      identify: () => {
        throw identifyError
      },
    })
    await expect(rejectionOf(revocation.check(someClaims({ jti: undefined })))).resolves.toBe(identifyError)
    expect(asked).toEqual([])
  })
})
