import {
  type Claims,
  createRevocation,
  type RefusalOutcome,
  type RevocationMode,
  type RevocationOptions,
  type Target,
} from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brokenAnswers, hanging, storeError, storeWith } from '../support/broken-stores.ts'
import { rejectionOf, someClaims, startMs, startSeconds, virtualRevocation } from '../support/claims.ts'
import { listedRevocation } from '../support/listed-sessions.ts'

interface Told extends RefusalOutcome {
  readonly code: unknown
}

/** Returns options that note what is reported. */
function observing(mode: RevocationMode = 'observe') {
  const told: Told[] = []
  const onRefused = (error: Error, outcome: RefusalOutcome) =>
    told.push({ code: 'code' in error && error.code, ...outcome })
  return { told, options: { mode, onRefused } satisfies Partial<RevocationOptions> }
}

const active = { status: 'active', allowed: true }
const observed = (error: object) => ({ status: 'observed', allowed: true, error: expect.objectContaining(error) })
const tooLong = someClaims({ exp: startSeconds + 90_000 })

describe('in the mode observe', () => {
  test('a revoked token passes, and is reported with what it would be refused with', async () => {
    const { told, options } = observing()
    const { revocation } = virtualRevocation(options)
    await revocation.revoke({ subject: 'alice' }, { reason: 'banned' })
    const error = { code: 'ERR_TOKEN_REVOKED', by: 'sub', reason: 'banned', status: 401 }
    await expect(revocation.check(someClaims())).resolves.toEqual(observed(error))
    expect(told).toEqual([{ code: 'ERR_TOKEN_REVOKED', claims: someClaims(), refused: false }])
  })

  test('assertActive resolves, isRevoked says false, and both are reported', async () => {
    const { told, options } = observing()
    const { revocation } = virtualRevocation(options)
    await revocation.revoke({ session: 'session-1' })
    await expect(revocation.assertActive(someClaims())).resolves.toBeUndefined()
    await expect(revocation.isRevoked(someClaims())).resolves.toBe(false)
    expect(told.map(({ code }) => code)).toEqual(['ERR_TOKEN_REVOKED', 'ERR_TOKEN_REVOKED'])
  })

  test('a token that is not listed passes, and is reported', async () => {
    const { told, options } = observing()
    const { revocation } = listedRevocation(options)
    const verdict = await revocation.check(someClaims({ sid: 'session-2' }))
    expect(verdict).toEqual(observed({ code: 'ERR_TOKEN_REVOKED', reason: 'not_listed' }))
    expect(told).toMatchObject([{ code: 'ERR_TOKEN_REVOKED', refused: false }])
  })

  test.each([...brokenAnswers, ['hangs', hanging] as const])('a token passes if find %s', async (_, answer) => {
    const { told, options } = observing()
    const store = storeWith('find', answer)
    const revocation = createRevocation({
      store,
      maxTokenLifetime: '24h',
      now: () => startMs,
      timeout: '20ms',
      ...options,
    })
    const verdict = await revocation.check(someClaims())
    expect(verdict).toEqual(observed({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: expect.any(Error) }))
    expect(told).toMatchObject([{ code: 'ERR_REVOCATION_UNAVAILABLE', refused: false }])
  })

  test('an outage that an open policy lets pass is no refusal', async () => {
    const { told, options } = observing()
    const store = storeWith('find', () => Promise.reject(storeError))
    const revocation = createRevocation({
      store,
      maxTokenLifetime: '24h',
      now: () => startMs,
      failPolicy: 'open',
      ...options,
    })
    await expect(revocation.check(someClaims())).resolves.toMatchObject({ status: 'unavailable', allowed: true })
    expect(told).toEqual([])
  })

  test.each<[title: string, claims: Claims]>([
    ['lives longer than maxTokenLifetime', tooLong],
    ['was issued in the future', someClaims({ iat: startSeconds + 90, exp: startSeconds + 900 })],
    ['has neither exp nor iat', someClaims({ iat: undefined, exp: undefined })],
    ['has no exp, and an old iat', someClaims({ iat: startSeconds - 90_000, exp: undefined })],
  ])('a token passes that %s, and is reported', async (_, claims) => {
    const { told, options } = observing()
    const { revocation } = virtualRevocation(options)
    await expect(revocation.check(claims)).resolves.toEqual(observed({ code: 'ERR_TOKEN_LIFETIME' }))
    expect(told).toEqual([{ code: 'ERR_TOKEN_LIFETIME', claims, refused: false }])
  })

  test.each<[title: string, claims: unknown, code: string]>([
    ['an expired token', someClaims({ exp: startSeconds - 60 }), 'ERR_TOKEN_LIFETIME'],
    ['an expired token of a long life', { ...tooLong, iat: 1, exp: startSeconds - 60 }, 'ERR_TOKEN_LIFETIME'],
    ['a number as sub', someClaims({ sub: 7 }), 'ERR_INVALID_CLAIMS'],
    ['no claims at all', undefined, 'ERR_INVALID_CLAIMS'],
  ])('%s is refused as ever', async (_, claims, code) => {
    const { told, options } = observing()
    const { revocation } = virtualRevocation(options)
    for (const ask of [revocation.check, revocation.assertActive, revocation.isRevoked])
      await expect(rejectionOf(ask(claims as Claims))).resolves.toHaveProperty('code', code)
    expect(told).toEqual(Array.from({ length: 3 }, () => ({ code, claims, refused: true })))
  })

  test('a token of another issuer is refused as ever', async () => {
    const { revocation } = virtualRevocation({ mode: 'observe', issuer: 'https://b.example' })
    await expect(rejectionOf(revocation.check(someClaims()))).resolves.toHaveProperty('claim', 'iss')
  })

  test('wrong options of a check are no refusals', async () => {
    const { told, options } = observing()
    const { revocation } = virtualRevocation(options)
    await expect(revocation.check(someClaims(), { mode: 'watch' as never })).rejects.toThrow(TypeError)
    await expect(revocation.check(someClaims(), { refresh: 1 as never })).rejects.toThrow(TypeError)
    await expect(revocation.check(someClaims(), null as never)).rejects.toThrow(TypeError)
    expect(told).toEqual([])
  })

  test('revocations are written, and refuse once the mode is enforce', async () => {
    const store = plainStore({ now: () => startMs })
    const inMode = (mode: RevocationMode) =>
      createRevocation({ store, maxTokenLifetime: '24h', now: () => startMs, mode })
    await expect(inMode('observe').revoke({ subject: 'alice' })).resolves.toHaveProperty('changed', true)
    await expect(inMode('observe').explain({ subject: 'alice' })).resolves.toHaveLength(1)
    await expect(inMode('enforce').isRevoked(someClaims())).resolves.toBe(true)
  })

  test('an active token is answered at once, and is not reported', async () => {
    const { told, options } = observing()
    const store = { ...plainStore({ now: () => startMs }), find: () => [] }
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: () => startMs, ...options })
    await expect(revocation.check(someClaims())).resolves.toEqual(active)
    // The one promise of all checks that are answered at once.
    expect(revocation.check(someClaims())).toBe(revocation.check(someClaims()))
    expect(told).toEqual([])
  })

  test('observes exactly what the mode enforce refuses', async () => {
    const targets: readonly Target[] = [{ token: someClaims() }, { session: 'session-1' }, { subject: 'alice' }]
    const changes = [{}, { exp: tooLong.exp }, { exp: startSeconds - 60 }, { sub: 7 }, { iat: startSeconds + 90 }]
    const cases = fc.record({ revoked: fc.subarray([...targets]), change: fc.constantFrom(...changes) })
    await fc.assert(
      fc.asyncProperty(cases, async ({ revoked, change }) => {
        const { revocation } = virtualRevocation()
        await revocation.revoke(revoked)
        const claims = someClaims(change)
        const [refusal, passed] = await Promise.allSettled([
          revocation.assertActive(claims),
          revocation.check(claims, { mode: 'observe' }),
        ])
        if (refusal.status === 'fulfilled') {
          expect(passed).toEqual({ status: 'fulfilled', value: active })
          return
        }
        if (passed.status === 'fulfilled') {
          expect(passed.value).toEqual(observed({ ...refusal.reason }))
          return
        }
        expect(change).toHaveProperty([typeof claims.sub === 'number' ? 'sub' : 'exp'])
        expect(passed.reason).toEqual(refusal.reason)
      }),
    )
  })
})

describe('the mode of a single check', () => {
  test('observes although the revocation enforces', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.check(someClaims(), { mode: 'observe' })).resolves.toHaveProperty('status', 'observed')
    await expect(revocation.assertActive(someClaims(), { mode: 'observe' })).resolves.toBeUndefined()
    await expect(revocation.check(someClaims(), { mode: 'enforce' })).resolves.toHaveProperty('status', 'revoked')
    await expect(revocation.check(someClaims(), { mode: undefined })).resolves.toHaveProperty('status', 'revoked')
  })

  test('enforces although the revocation observes, and is reported as refused', async () => {
    const { told, options } = observing()
    const { revocation } = virtualRevocation(options)
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.check(someClaims(), { mode: 'enforce' })).resolves.toHaveProperty('status', 'revoked')
    await expect(revocation.isRevoked(someClaims(), { mode: 'enforce' })).resolves.toBe(true)
    expect(told.map(({ refused }) => refused)).toEqual([true, true])
  })
})

describe('onRefused', () => {
  test('is called in the mode enforce too, and changes no verdict', async () => {
    const { told, options } = observing('enforce')
    const { revocation } = virtualRevocation(options)
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.check(someClaims())).resolves.toHaveProperty('status', 'revoked')
    await expect(rejectionOf(revocation.check(tooLong))).resolves.toHaveProperty('code', 'ERR_TOKEN_LIFETIME')
    expect(told.map(({ code, refused }) => [code, refused])).toEqual([
      ['ERR_TOKEN_REVOKED', true],
      ['ERR_TOKEN_LIFETIME', true],
    ])
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no logger')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no logger'))],
  ])('changes nothing if it %s', async (_, onRefused) => {
    const { revocation } = virtualRevocation({ mode: 'observe', onRefused })
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.check(someClaims())).resolves.toHaveProperty('status', 'observed')
  })
})

test.each([{ mode: 'observed' }, { mode: true }, { mode: null }, { onRefused: 'log' }])('%j is refused', (options) => {
  expect(() => virtualRevocation(options as never)).toThrow(TypeError)
})

test('a revocation says its mode', () => {
  expect(virtualRevocation().revocation.mode).toBe('enforce')
  expect(virtualRevocation({ mode: 'observe' }).revocation.mode).toBe('observe')
})
