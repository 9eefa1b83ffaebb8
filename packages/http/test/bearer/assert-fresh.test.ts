import { StaleTokenError } from '@revoked/http'
import { StaleAuthenticationError } from '@revoked/sessions'
import { describe, expect, test } from 'vitest'
import { createAdmit } from '../../src/bearer/admission.ts'
import { refuse } from '../../src/bearer/refuse.ts'

const nowMs = 1_767_268_800_000
const seconds = nowMs / 1_000
const admit = createAdmit({ maxAge: '5m', now: () => nowMs })
const tokenWith = (authTime: unknown) => ({ claims: { sub: 'ada', auth_time: authTime }, degraded: false })

describe('a guard with maxAge', () => {
  test.each([seconds, seconds - 300, seconds - 0.5, seconds + 60])(
    'admits a token with the auth_time %s',
    (authTime) => {
      expect(admit(tokenWith(authTime))).toMatchObject({ claims: { auth_time: authTime } })
    },
  )

  test.each([
    ['that is too old', seconds - 301],
    ['that is too old by a millisecond', seconds - 300.001],
    ['in the future', seconds + 61],
    ['in milliseconds', nowMs],
    ['that is no number', String(seconds)],
    ['that is NaN', Number.NaN],
    ['that is Infinity', Number.POSITIVE_INFINITY],
    ['that is missing', undefined],
    ['that is null', null],
  ])('refuses a token with an auth_time %s', (_, authTime) => {
    expect(() => admit(tokenWith(authTime))).toThrow(StaleTokenError)
  })

  test('refuses a token that passes unchecked, too', () => {
    expect(() => admit({ ...tokenWith(seconds - 301), degraded: true })).toThrow(StaleTokenError)
  })

  test.each([0, '999ms', '1500ms', '1ms'] as const)('cannot be created for %s: max_age counts seconds', (maxAge) => {
    expect(() => createAdmit({ maxAge })).toThrow(RangeError)
  })

  test('takes durations and functions alone', () => {
    expect(() => createAdmit({ maxAge: 'soon' as '1s' })).toThrow(TypeError)
    expect(() => createAdmit({ maxAge: '1s', now: nowMs as never })).toThrow(TypeError)
  })
})

test('a guard without maxAge admits a token whenever its user authenticated', () => {
  for (const authTime of [seconds - 1_000_000, undefined, 'x'])
    expect(createAdmit({})(tokenWith(authTime)).degraded).toBe(false)
})

test('is reported, and answered as the error of sessions is', () => {
  const told: unknown[] = []
  const error = new StaleTokenError(300)
  const answer = refuse(error, undefined, { onRefused: (reason) => told.push(reason) })
  expect(answer).toEqual(refuse(new StaleAuthenticationError(300), undefined, {}))
  expect(answer?.headers['WWW-Authenticate']).toBe(new StaleAuthenticationError(300).challenge)
  expect(told).toEqual([error])
  expect(error).toMatchObject({ name: 'StaleTokenError', code: 'ERR_STALE_AUTHENTICATION', status: 401 })
})
