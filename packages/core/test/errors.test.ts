import {
  ClockSkewError,
  CorruptMarkError,
  InvalidClaimsError,
  MarkExpiredError,
  PartialAnswerError,
  RevocationError,
  RevocationUnavailableError,
  SettingsConflictError,
  StoreFullError,
  TokenLifetimeError,
  TokenRevokedError,
  UnidentifiableTokenError,
} from '@revoked/core'
import { describe, expect, test } from 'vitest'

describe.each([
  ['TokenRevokedError', new TokenRevokedError('sub'), 'ERR_TOKEN_REVOKED', 401],
  ['RevocationUnavailableError', new RevocationUnavailableError('m'), 'ERR_REVOCATION_UNAVAILABLE', 503],
  ['InvalidClaimsError', new InvalidClaimsError('m'), 'ERR_INVALID_CLAIMS', 401],
  ['TokenLifetimeError', new TokenLifetimeError('m'), 'ERR_TOKEN_LIFETIME', 401],
  ['UnidentifiableTokenError', new UnidentifiableTokenError('m'), 'ERR_UNIDENTIFIABLE_TOKEN', undefined],
  ['StoreFullError', new StoreFullError('m'), 'ERR_STORE_FULL', undefined],
  ['CorruptMarkError', new CorruptMarkError('m'), 'ERR_CORRUPT_MARK', undefined],
  ['MarkExpiredError', new MarkExpiredError(), 'ERR_MARK_EXPIRED', undefined],
  ['SettingsConflictError', new SettingsConflictError('m'), 'ERR_SETTINGS_CONFLICT', undefined],
  ['ClockSkewError', new ClockSkewError('m'), 'ERR_CLOCK_SKEW', undefined],
  ['PartialAnswerError', new PartialAnswerError([]), 'ERR_PARTIAL_ANSWER', undefined],
])('%s', (name, error, code, status) => {
  test('is a RevocationError with a unique name and code', () => {
    expect(error).toBeInstanceOf(RevocationError)
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe(name)
    expect(error.code).toBe(code)
    expect(error.stack).toMatch(new RegExp(`^${name}: `))
  })

  test('has the HTTP status that Express reads and the one that Fastify reads', () => {
    expect(Reflect.get(error, 'status')).toBe(status)
    expect(Reflect.get(error, 'statusCode')).toBe(status)
  })

  test('keeps its name out of what loggers copy', () => {
    expect(Object.keys(error)).not.toContain('name')
  })
})

describe('TokenRevokedError', () => {
  test('says which scope revoked the token, and why', () => {
    expect(new TokenRevokedError('client_id', 'fraud')).toMatchObject({ by: 'client_id', reason: 'fraud' })
  })

  test('has no reason if none was given', () => {
    expect(Object.hasOwn(new TokenRevokedError('sub'), 'reason')).toBe(false)
  })
})

describe('InvalidClaimsError', () => {
  test('names the claim', () => {
    expect(new InvalidClaimsError('m', 'sub').claim).toBe('sub')
    expect(Object.hasOwn(new InvalidClaimsError('m'), 'claim')).toBe(false)
  })
})

test('every error keeps the cause that it is given', () => {
  const cause = new Error('the store')
  expect(new RevocationUnavailableError('m', { cause }).cause).toBe(cause)
  expect(new StoreFullError('m', { cause }).cause).toBe(cause)
})
