import {
  assertAllowed,
  type KeyedMark,
  type Mark,
  RevocationUnavailableError,
  TokenRevokedError,
  type Verdict,
} from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { active, judge } from '../../src/check/verdict.ts'
import { readToken } from '../../src/claims/claims.ts'
import { tokenKeys } from '../../src/claims/token-keys.ts'
import { someClaims, startMs, thrownBy } from '../support/claims.ts'

const policy = { claims: [{ name: 'client_id' }], issuer: undefined, identify: undefined }
const values = { jti: 'token-1', sid: 'session-1', sub: 'alice', client_id: 'app-7', all: '' }

function keyed(scope: keyof typeof values, fields: Partial<Mark> = {}): KeyedMark {
  return { key: { scope, value: values[scope] }, mark: { cutoff: startMs, expiresAt: Infinity, ...fields } }
}

function judged(found: readonly KeyedMark[], fields: object = {}): Verdict {
  const token = readToken(someClaims(fields), policy)
  const nameId = (_scope: string, id: string): string => id
  return judge({ token, keys: tokenKeys(token, policy), isRefresh: false, nameId }, found)
}

describe('judge', () => {
  test('passes a token that no mark was found for', () => {
    expect(judged([])).toBe(active)
  })

  test.each(['jti', 'sid', 'sub', 'client_id', 'all'] as const)('names the scope %s of the mark that revokes', (by) => {
    expect(judged([keyed(by)])).toEqual({ status: 'revoked', allowed: false, by })
  })

  test('tells the reason of the mark that revokes', () => {
    expect(judged([keyed('sub', { reason: 'fraud' })])).toHaveProperty('reason', 'fraud')
    expect(judged([keyed('sub')])).not.toHaveProperty('reason')
  })

  test('names the most specific mark that revokes, in whatever order they were found', () => {
    const found = [keyed('all', { reason: 'leak' }), keyed('sub'), keyed('sid', { reason: 'device', cutoff: 0 })]
    expect(judged(found)).toEqual({ status: 'revoked', allowed: false, by: 'sub' })
    expect(judged(found.toReversed())).toEqual({ status: 'revoked', allowed: false, by: 'sub' })
  })

  test('revokes if any one of several marks does', () => {
    const iat = startMs / 1_000
    const earlier = { cutoff: startMs - 1 }
    expect(judged([keyed('sub', earlier), keyed('all')], { iat })).toMatchObject({ by: 'all' })
    expect(judged([keyed('sub'), keyed('all', earlier)], { iat })).toMatchObject({ by: 'sub' })
    expect(judged([keyed('sub', earlier), keyed('all', earlier)], { iat })).toBe(active)
  })

  test('exempts the session of the token, and only in the mark that exempts it', () => {
    const exemptions = { 'sid:session-1': -Infinity }
    expect(judged([keyed('sub', { exemptions })])).toBe(active)
    expect(judged([keyed('sub', { exemptions }), keyed('all')])).toMatchObject({ by: 'all' })
    expect(judged([keyed('sub', { exemptions })], { sid: 'session-2' })).toMatchObject({ by: 'sub' })
  })

  test.each<[string, KeyedMark]>([
    ['another value', { ...keyed('sub'), key: { scope: 'sub', value: 'alicia' } }],
    ['another scope', { ...keyed('sub'), key: { scope: 'sid', value: 'alice' } }],
  ])('ignores a mark for %s that was not asked for', (_, mark) => {
    expect(judged([mark])).toBe(active)
  })

  describe('of a mark that revokes nothing', () => {
    const family = { generation: 1, spentAt: startMs, tokenIds: ['a'], contested: 0 }

    test.each([{}, { family }])('throws, because no such mark belongs there: %j', (fields) => {
      const corrupt = keyed('jti', { cutoff: -Infinity, ...fields })
      expect(thrownBy(() => judged([corrupt]))).toHaveProperty('code', 'ERR_CORRUPT_MARK')
      expect(judged([corrupt, keyed('sub')])).toMatchObject({ status: 'revoked', by: 'sub' })
    })
  })

  test('lets nobody change the verdict that all active tokens share', () => {
    expect(Object.isFrozen(active)).toBe(true)
    expect(active).toEqual({ status: 'active', allowed: true })
  })
})

describe('assertAllowed', () => {
  const error = new RevocationUnavailableError('m')

  test('returns for what may pass', () => {
    expect(assertAllowed(active)).toBeUndefined()
    expect(assertAllowed({ status: 'unavailable', allowed: true, error })).toBeUndefined()
  })

  test('throws TokenRevokedError with scope and reason', () => {
    const thrown = thrownBy(() => assertAllowed({ status: 'revoked', allowed: false, by: 'sub', reason: 'fraud' }))
    expect(thrown).toBeInstanceOf(TokenRevokedError)
    expect(thrown).toMatchObject({ by: 'sub', reason: 'fraud' })
  })

  test('throws the error of an unavailable store as it is', () => {
    expect(thrownBy(() => assertAllowed({ status: 'unavailable', allowed: false, error }))).toBe(error)
  })
})
