import { type RevokeResult, type Target, UnidentifiableTokenError } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import {
  dayMs,
  hourMs,
  rejectionOf,
  sessionMarkEnd,
  someClaims,
  startMs,
  startSeconds,
  virtualRevocation,
} from '../support/claims.ts'

const cutoffTargets: readonly Target[] = [
  { subject: 'alice' },
  { claim: 'client_id', value: 'app-7' },
  { everything: true },
]

/** A token of every session and subject, issued at that second. */
const issuedAt = (iat: number, fields: object = {}) => someClaims({ jti: `at-${iat}`, iat, exp: iat + 900, ...fields })

describe('the mark that a target files', () => {
  test('for a token revokes it until exp and its margin are over', async () => {
    const { revocation, recorded } = virtualRevocation()
    const result = await revocation.revoke({ token: someClaims({ exp: startSeconds + 840 }) })
    const expiresAt = startMs + 840_000 + 121_000
    expect(result).toEqual({ changed: true, expiresAt })
    expect(recorded).toEqual([[{ key: { scope: 'jti', value: 'token-1' }, mark: { cutoff: Infinity, expiresAt } }]])
  })

  test('for a token without exp lives by maxTokenLifetime from its iat', async () => {
    const { revocation } = virtualRevocation()
    const result = await revocation.revoke({ token: someClaims({ exp: undefined }) })
    expect(result).toEqual({ changed: true, expiresAt: startMs - 60_000 + dayMs + 121_000 })
  })

  test('for a session revokes all for the life of the longest token', async () => {
    const { revocation, recorded, clock } = virtualRevocation({ clockTolerance: '5s' })
    clock.advance(123)
    const result = await revocation.revoke({ session: 'session-1' })
    const expiresAt = sessionMarkEnd(startMs + 123, 5_000)
    expect(result).toEqual({ changed: true, expiresAt })
    expect(recorded).toEqual([[{ key: { scope: 'sid', value: 'session-1' }, mark: { cutoff: Infinity, expiresAt } }]])
  })

  test.each(cutoffTargets)(
    'for %j revokes what was issued until now, for the life of the last of it',
    async (target) => {
      const { revocation, recorded, clock } = virtualRevocation()
      clock.advance(123)
      const cutoff = startMs + 123
      const expiresAt = cutoff + dayMs + 181_000
      await expect(revocation.revoke(target)).resolves.toEqual({
        changed: true,
        expiresAt,
        reissueAt: startSeconds + 1,
      })
      expect(recorded[0]?.[0]?.mark).toEqual({ cutoff, expiresAt })
    },
  )

  test('carries the reason, of up to 64 characters', async () => {
    const { revocation, recorded } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { reason: 'x'.repeat(64) })
    expect(recorded[0]?.[0]?.mark.reason).toBe('x'.repeat(64))
    await expect(revocation.check(someClaims())).resolves.toHaveProperty('reason', 'x'.repeat(64))
  })
})

describe('until', () => {
  test.each([
    ['a Date', new Date(startMs + hourMs)],
    ['ms since the epoch', startMs + hourMs],
  ])('as %s ends the revocation of a session', async (_, until) => {
    const { revocation, clock } = virtualRevocation()
    await expect(revocation.revoke({ session: 'session-1' }, { until })).resolves.toEqual({
      changed: true,
      expiresAt: startMs + hourMs,
    })
    const refreshed = () => someClaims({ iat: clock.now() / 1_000, exp: clock.now() / 1_000 + 60 })
    clock.advance(hourMs - 1_000)
    await expect(revocation.isRevoked(refreshed())).resolves.toBe(true)
    clock.advance(1_000)
    await expect(revocation.isRevoked(refreshed())).resolves.toBe(false)
  })

  test('may be a millisecond from now, and is rounded up', async () => {
    const { revocation } = virtualRevocation()
    const result = await revocation.revoke({ session: 's' }, { until: startMs + 0.5 })
    expect(result.expiresAt).toBe(startMs + 1)
  })
})

describe.each(cutoffTargets)('issuedBefore with %j', (target) => {
  test.each([
    ['a Date', new Date(startMs - hourMs)],
    ['ms since the epoch', startMs - hourMs],
  ])('as %s is the cutoff', async (_, issuedBefore) => {
    const { revocation } = virtualRevocation()
    const cutoff = startSeconds - 3_600
    await expect(revocation.revoke(target, { issuedBefore })).resolves.toEqual({
      changed: true,
      expiresAt: startMs + dayMs + 181_000,
      reissueAt: cutoff + 1,
    })
    const iats = [cutoff - 1, cutoff, cutoff + 1]
    const revoked = await Promise.all(iats.map((iat) => revocation.isRevoked(issuedAt(iat, { exp: cutoff + 7_200 }))))
    expect(revoked).toEqual([true, true, false])
  })

  test('may be now', async () => {
    const { revocation } = virtualRevocation()
    await expect(revocation.revoke(target, { issuedBefore: startMs })).resolves.toHaveProperty('changed', true)
  })

  test('so long ago that its tokens have died still reaches the sessions of then', async () => {
    const { revocation } = virtualRevocation()
    const issuedBefore = startMs - 2 * dayMs
    await expect(revocation.revoke(target, { issuedBefore })).resolves.toMatchObject({ changed: true })
    const refreshed = someClaims({ session_at: startSeconds - 3 * 86_400 })
    const isClaim = 'claim' in target
    await expect(revocation.isRevoked(refreshed)).resolves.toBe(!isClaim)
    await expect(revocation.isRevoked(someClaims())).resolves.toBe(false)
  })
})

describe('the second of the revocation', () => {
  test.each([0, 1, 500, 999])('%d ms into it: reissueAt survives, and the second before it does not', async (ms) => {
    const { revocation, clock } = virtualRevocation()
    clock.advance(ms)
    const { reissueAt } = (await revocation.revoke({ subject: 'alice' })) as Required<RevokeResult>
    expect(reissueAt).toBe(startSeconds + 1)
    await expect(revocation.isRevoked(issuedAt(reissueAt))).resolves.toBe(false)
    await expect(revocation.isRevoked(issuedAt(reissueAt - 1))).resolves.toBe(true)
  })

  test('refuses a token issued in it, and at the very instant', async () => {
    const { revocation, clock } = virtualRevocation()
    clock.advance(500)
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.isRevoked(issuedAt(startSeconds))).resolves.toBe(true)
    await expect(revocation.isRevoked(issuedAt(startSeconds + 0.5))).resolves.toBe(true)
    await expect(revocation.isRevoked(issuedAt(startSeconds + 0.501))).resolves.toBe(false)
    await expect(revocation.isRevoked(issuedAt(startSeconds + 0.499))).resolves.toBe(true)
  })

  test('does not stop a token stamped with reissueAt from passing its check at once', async () => {
    const { revocation } = virtualRevocation({ clockTolerance: 0 })
    const { reissueAt } = (await revocation.revoke({ subject: 'alice' })) as Required<RevokeResult>
    await expect(revocation.assertActive(issuedAt(reissueAt))).resolves.toBeUndefined()
  })
})

describe('except', () => {
  const here = someClaims()

  test.each(cutoffTargets)('exempts the session of the token, and no other, with %j', async (target) => {
    const { revocation } = virtualRevocation()
    await revocation.revoke(target, { except: here })
    await expect(revocation.isRevoked(here)).resolves.toBe(false)
    await expect(revocation.isRevoked(someClaims({ jti: 'refreshed', iat: startSeconds }))).resolves.toBe(false)
    await expect(revocation.isRevoked(someClaims({ sid: 'session-2' }))).resolves.toBe(true)
    await expect(revocation.isRevoked(someClaims({ sid: undefined }))).resolves.toBe(true)
    await expect(revocation.isRevoked(someClaims({ iat: undefined }))).resolves.toBe(true)
  })

  test('passes tokens that the exempt session gets later', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { except: here })
    clock.advance(hourMs)
    const refreshed = (sid: string) => someClaims({ sid, iat: startSeconds + 3_600, exp: startSeconds + 4_500 })
    await expect(revocation.isRevoked(refreshed('session-1'))).resolves.toBe(false)
    await expect(revocation.isRevoked(refreshed('session-2'))).resolves.toBe(false)
  })

  test('exempts a token without sid by its jti', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { except: someClaims({ sid: undefined }) })
    await expect(revocation.isRevoked(someClaims({ sid: undefined }))).resolves.toBe(false)
    await expect(revocation.isRevoked(someClaims({ sid: undefined, jti: 'token-2' }))).resolves.toBe(true)
    await expect(revocation.isRevoked(someClaims({ sid: 'token-1' }))).resolves.toBe(true)
    await expect(revocation.isRevoked(someClaims())).resolves.toBe(true)
  })

  test('exempts a token without sid and jti by what identify returns', async () => {
    const { revocation } = virtualRevocation({ identify: ({ iat }) => `at-${iat}` })
    const nameless = someClaims({ sid: undefined, jti: undefined })
    await revocation.revoke({ subject: 'alice' }, { except: nameless })
    await expect(revocation.isRevoked(nameless)).resolves.toBe(false)
    await expect(revocation.isRevoked({ ...nameless, iat: startSeconds - 61 })).resolves.toBe(true)
  })

  test('does not bring back a session that the subject was revoked with before', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' })
    clock.advance(2_000)
    const newer = someClaims({ iat: startSeconds + 1 })
    await revocation.revoke({ subject: 'alice' }, { except: here })
    await expect(revocation.isRevoked(here)).resolves.toBe(true)
    await expect(revocation.isRevoked(newer)).resolves.toBe(false)
    await expect(revocation.isRevoked({ ...newer, sid: 'session-2' })).resolves.toBe(true)
  })

  test('does not bring back a session that was revoked by itself', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ session: 'session-1' })
    await revocation.revoke({ subject: 'alice' }, { except: here })
    await expect(revocation.check(here)).resolves.toMatchObject({ by: 'sid' })
  })

  test('does not save a session from what is revoked everywhere later', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { except: here })
    clock.advance(1)
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.isRevoked(here)).resolves.toBe(true)
  })

  test.each([
    ['neither sid nor jti', { sid: undefined, jti: undefined }],
    ['no iat', { iat: undefined }],
  ])('refuses a token with %s, which no mark can exempt', async (_, fields) => {
    const { revocation, recorded } = virtualRevocation()
    const error = await rejectionOf(revocation.revoke({ subject: 'alice' }, { except: someClaims(fields) }))
    expect(error).toBeInstanceOf(UnidentifiableTokenError)
    expect(recorded).toEqual([])
  })
})
