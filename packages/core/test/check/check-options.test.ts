import { type CheckOptions, createRevocation, type FailPolicy, type Revocation } from '@revoked/core'
import { describe, expect, test, vi } from 'vitest'
import { storeError, storeWith } from '../support/broken-stores.ts'
import { rejectionOf, someClaims, startMs, virtualRevocation } from '../support/claims.ts'

/** Checks over a store that is unavailable. */
function unavailableWith(failPolicy?: FailPolicy): Revocation {
  const store = storeWith('find', () => Promise.reject(storeError))
  return createRevocation({ store, maxTokenLifetime: '24h', now: () => startMs, ...(failPolicy && { failPolicy }) })
}

const unavailable = { code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, cause: storeError }

async function expectAllowed(revocation: Revocation, options?: CheckOptions): Promise<void> {
  const claims = someClaims()
  await expect(revocation.check(claims, options)).resolves.toMatchObject({ status: 'unavailable', allowed: true })
  await expect(revocation.assertActive(claims, options)).resolves.toBeUndefined()
  await expect(revocation.isRevoked(claims, options)).resolves.toBe(false)
}

async function expectRefused(revocation: Revocation, options?: CheckOptions): Promise<void> {
  const claims = someClaims()
  await expect(revocation.check(claims, options)).resolves.toMatchObject({
    status: 'unavailable',
    allowed: false,
    error: unavailable,
  })
  expect(await rejectionOf(revocation.assertActive(claims, options))).toMatchObject(unavailable)
  expect(await rejectionOf(revocation.isRevoked(claims, options))).toMatchObject(unavailable)
}

describe('the fail policy of a single call', () => {
  test('opens what is closed, for that call alone', async () => {
    for (const revocation of [unavailableWith(), unavailableWith('closed'), unavailableWith(() => 'closed')]) {
      await expectAllowed(revocation, { failPolicy: 'open' })
      await expectRefused(revocation)
    }
  })

  test('closes what is open, for that call alone', async () => {
    for (const revocation of [unavailableWith('open'), unavailableWith(() => 'open')]) {
      await expectRefused(revocation, { failPolicy: 'closed' })
      await expectAllowed(revocation)
    }
  })

  test('keeps the policy of the revocation if it names none', async () => {
    for (const options of [undefined, {}, { failPolicy: undefined }]) {
      await expectAllowed(unavailableWith('open'), options)
      await expectRefused(unavailableWith('closed'), options)
    }
  })

  test('may be a function, which is shown the error and the claims, once per call', async () => {
    const ofRevocation = vi.fn(() => 'closed' as const)
    const revocation = unavailableWith(ofRevocation)
    const failPolicy = vi.fn<(...seen: unknown[]) => 'open'>(() => 'open')
    const claims = someClaims()
    await revocation.check(claims, { failPolicy })
    await revocation.assertActive(claims, { failPolicy })
    await revocation.isRevoked(claims, { failPolicy })
    expect(failPolicy.mock.calls).toEqual(Array(3).fill([expect.objectContaining(unavailable), claims]))
    for (const [, seen] of failPolicy.mock.calls) expect(seen).toBe(claims)
    expect(ofRevocation).not.toHaveBeenCalled()
  })

  test('closes if a function throws, and keeps both causes', async () => {
    const policyError = new Error('policy')
    const failPolicy = (): never => {
      throw policyError
    }
    const error = await rejectionOf(unavailableWith('open').assertActive(someClaims(), { failPolicy }))
    expect(error).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: { errors: [storeError, policyError] } })
  })

  test('changes nothing about what the store answers', async () => {
    const { revocation } = virtualRevocation()
    const failPolicy = vi.fn(() => 'open' as const)
    await expect(revocation.check(someClaims(), { failPolicy: 'closed' })).resolves.toEqual({
      status: 'active',
      allowed: true,
    })
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.isRevoked(someClaims(), { failPolicy })).resolves.toBe(true)
    await expect(rejectionOf(revocation.assertActive(someClaims(), { failPolicy }))).resolves.toHaveProperty(
      'code',
      'ERR_TOKEN_REVOKED',
    )
    expect(failPolicy).not.toHaveBeenCalled()
  })

  test('opens nothing to claims that are unusable', async () => {
    const revocation = unavailableWith('open')
    const check = revocation.check(someClaims({ sub: 7 }), { failPolicy: 'open' })
    await expect(rejectionOf(check)).resolves.toHaveProperty('code', 'ERR_INVALID_CLAIMS')
  })
})

describe('an option that check does not know, or that has another type,', () => {
  test.each<readonly [string, object]>([
    ['failpolicy', { failpolicy: 'open' }],
    ['isRefresh', { isRefresh: true }],
    ['refresh', { refresh: 1 }],
    ...['Open', 'OPEN', '', true, {}, 1, null].map((failPolicy) => ['failPolicy', { failPolicy }] as const),
  ])('is refused by name, and nothing is looked up: %s, %o', async (name, options) => {
    const { revocation, asked } = virtualRevocation({ failPolicy: 'open' })
    for (const call of ['check', 'assertActive', 'isRevoked'] as const) {
      const error = await rejectionOf(revocation[call](someClaims(), options as CheckOptions))
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toContain(name)
    }
    expect(asked).toEqual([])
  })
})
