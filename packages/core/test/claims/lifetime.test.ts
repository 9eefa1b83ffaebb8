import { TokenLifetimeError } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import type { Token } from '../../src/claims/claims.ts'
import { assertBounded, cutoffMarkExpiresAt, tokenMarkExpiresAt } from '../../src/claims/lifetime.ts'
import { thrownBy } from '../support/claims.ts'

const limits = { maxTokenLifetime: 10_000, clockTolerance: 500 }
const now = 100_000

function token(issuedAt: number, expiresAt: number | undefined): Token {
  return {
    id: 'a',
    sid: undefined,
    sub: undefined,
    configured: [],
    issuer: undefined,
    issuedAt,
    claimsAt: issuedAt,
    sessionAt: issuedAt,
    expiresAt,
  }
}

describe('the mark of a token', () => {
  test.each([
    ['outlives exp by twice the tolerance and a second', token(1_000, 2_000), 4_000],
    ['is never rounded down', token(1_000, 2_000.25), 4_001],
    ['lives by exp if the token has no iat', token(-Infinity, 2_000), 4_000],
    ['lives by maxTokenLifetime from iat if the token has no exp', token(1_000, undefined), 13_000],
  ])('%s', (_, given, expiresAt) => {
    expect(tokenMarkExpiresAt(given, limits)).toBe(expiresAt)
  })

  test('has no end that is known without exp and iat', () => {
    expect(thrownBy(() => tokenMarkExpiresAt(token(-Infinity, undefined), limits))).toBeInstanceOf(TokenLifetimeError)
  })
})

test('the mark of a cutoff outlives its last token by three tolerances and a second', () => {
  expect(cutoffMarkExpiresAt(1_000, limits)).toBe(13_500)
  expect(cutoffMarkExpiresAt(1_000.5, limits)).toBe(13_501)
})

describe('assertBounded', () => {
  test.each([
    ['in the middle of its life', token(now - 1_000, now + 1_000)],
    ['that lives exactly as long as maxTokenLifetime', token(now - 1, now + 9_999)],
    ['that is past exp by less than the tolerance', token(now - 5_000, now - 499)],
    ['issued as late as tolerance and reissueAt allow', token(now + 1_500, now + 2_000)],
    ['whose claims were looked up after its iat', { ...token(now - 2_000, now + 1_000), claimsAt: now + 1_500 }],
    ['without exp, younger than maxTokenLifetime', token(now - 9_999, undefined)],
    ['without iat that ends within maxTokenLifetime', token(-Infinity, now + 10_000)],
  ])('accepts a token %s', (_, given) => {
    expect(() => assertBounded(given, now, limits)).not.toThrow()
  })

  test.each([
    ['that lives longer than maxTokenLifetime', token(now - 1, now + 10_000), 'Raise maxTokenLifetime'],
    ['without exp, older than maxTokenLifetime', token(now - 10_001, undefined), 'Raise maxTokenLifetime'],
    ['without iat that ends far beyond maxTokenLifetime', token(-Infinity, now + 10_501), 'Raise maxTokenLifetime'],
    ['without exp and iat', token(-Infinity, undefined), 'Issue tokens with exp'],
    ['whose claims_at is in the future', { ...token(now, now + 2_000), claimsAt: now + 1_501 }, 'raise clockTolerance'],
    ['issued in the future', token(now + 1_501, now + 2_000), 'raise clockTolerance'],
    ['without exp, issued in the future', token(now + 1_501, undefined), 'raise clockTolerance'],
    ['past exp by the tolerance', token(now - 5_000, now - 500), 'raise clockTolerance'],
    ['without iat, past exp by the tolerance', token(-Infinity, now - 500), 'raise clockTolerance'],
    ['that is not a number', token(Number.NaN, Number.NaN), 'clockTolerance'],
  ])('refuses a token %s, and names the way out', (_, given, advice) => {
    const error = thrownBy(() => assertBounded(given, now, limits))
    expect(error).toMatchObject({ name: 'TokenLifetimeError', code: 'ERR_TOKEN_LIFETIME', status: 401 })
    expect(String(error)).toContain(advice)
  })

  test.each([
    ['with exp and iat', token(now, now + 1)],
    ['without iat', token(-Infinity, now + 1)],
    ['without exp', token(now, undefined)],
  ])('refuses every token %s while the clock answers no number', (_, given) => {
    expect(thrownBy(() => assertBounded(given, Number.NaN, limits))).toBeInstanceOf(TypeError)
  })
})
