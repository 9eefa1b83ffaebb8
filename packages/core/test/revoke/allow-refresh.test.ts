import { describe, expect, test } from 'vitest'
import { dayMs, sessionMarkEnd, someClaims, startMs, startSeconds, virtualRevocation } from '../support/claims.ts'

const roleChanged = { allowRefresh: true, reason: 'role_changed' } as const

describe('a revocation that allows to refresh', () => {
  test.each([{ subject: 'alice' }, { claim: 'client_id', value: 'app-7' }, { everything: true }] as const)(
    'refuses access tokens and no refresh token, for %j',
    async (target) => {
      const { revocation } = virtualRevocation()
      await revocation.revoke(target, roleChanged)
      expect(await revocation.check(someClaims())).toMatchObject({ status: 'revoked', reason: 'role_changed' })
      expect(await revocation.check(someClaims(), { refresh: true })).toMatchObject({ status: 'active' })
    },
  )

  test('passes an access token with newer claims, however far it is dated back', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, roleChanged)
    clock.advance(1)
    const renewed = someClaims({ iat: startSeconds - 65, claims_at: clock.now() / 1_000 })
    expect(await revocation.check(renewed)).toMatchObject({ status: 'active' })
    expect(await revocation.check({ ...renewed, claims_at: startSeconds })).toMatchObject({ status: 'revoked' })
  })

  test('changes nothing of an earlier or a later full revocation', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { reason: 'banned' })
    await revocation.revoke({ subject: 'alice' }, roleChanged)
    const renewed = someClaims({ claims_at: startSeconds + 30 })
    expect(await revocation.check(renewed)).toMatchObject({ status: 'revoked', reason: 'banned' })
    expect(await revocation.check(renewed, { refresh: true })).toMatchObject({ status: 'revoked' })
    clock.advance(1_000)
    const later = someClaims({ iat: startSeconds + 1, claims_at: startSeconds })
    expect(await revocation.check(later, { refresh: true })).toMatchObject({ status: 'active' })
    // The reason of the ban is not that of the changed role.
    expect(await revocation.check(later)).toEqual({ status: 'revoked', allowed: false, by: 'sub' })
  })

  test('is recorded once, and kept as long as any token that it refuses may live', async () => {
    const { revocation, recorded } = virtualRevocation()
    const target = { subject: 'alice' }
    const result = await revocation.revoke(target, roleChanged)
    expect(result).toMatchObject({ changed: true, expiresAt: startMs + dayMs + 181_000, reissueAt: startSeconds + 1 })
    expect(await revocation.revoke(target, roleChanged)).toMatchObject({ changed: false })
    expect(recorded[0]?.[0]?.mark).toMatchObject({ cutoff: -Infinity, refreshBefore: startMs })
  })

  test('refuses an access token without iat', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, roleChanged)
    const undated = someClaims({ iat: undefined })
    expect(await revocation.check(undated)).toMatchObject({ status: 'revoked' })
    expect(await revocation.check(undated, { refresh: true })).toMatchObject({ status: 'active' })
  })
})

describe('a bare jti', () => {
  test('revokes the token of that id for the life of the longest token', async () => {
    const { revocation } = virtualRevocation()
    const result = await revocation.revoke({ jti: 'token-1' }, { reason: 'abuse' })
    expect(result).toEqual({ changed: true, expiresAt: sessionMarkEnd(startMs, 60_000) })
    expect(await revocation.check(someClaims())).toMatchObject({ status: 'revoked', by: 'jti', reason: 'abuse' })
    expect(await revocation.check(someClaims({ jti: 'token-2' }))).toMatchObject({ status: 'active' })
    await revocation.reinstate({ jti: 'token-1' })
    expect(await revocation.check(someClaims())).toMatchObject({ status: 'active' })
  })

  test("names its issuer with issuer: '*'", async () => {
    const { revocation } = virtualRevocation({ issuer: '*' })
    await expect(revocation.revoke({ jti: 'token-1' })).rejects.toThrow(TypeError)
    await revocation.revoke({ jti: 'token-1', issuer: 'https://a.example' })
    expect(await revocation.check(someClaims())).toMatchObject({ status: 'revoked', by: 'jti' })
    expect(await revocation.check(someClaims({ iss: 'https://b.example' }))).toMatchObject({ status: 'active' })
  })
})

test('issuedBefore may be ahead by the tolerance, for issuers whose clock is', async () => {
  const { revocation } = virtualRevocation()
  const result = await revocation.revoke({ subject: 'alice' }, { issuedBefore: startMs + 60_000 })
  expect(result).toMatchObject({ changed: true, expiresAt: startMs + 60_000 + dayMs + 181_000 })
  const ahead = someClaims({ iat: startSeconds + 60, exp: startSeconds + 900 })
  expect(await revocation.check(ahead)).toMatchObject({ status: 'revoked' })
})

test('all impersonations by one administrator end at once, by a nested claim', async () => {
  const read = (claims: object) => (claims as { act?: { sub?: string } }).act?.sub
  const { revocation } = virtualRevocation({ claims: [{ name: 'actor', read }] })
  await revocation.revoke({ claim: 'actor', value: 'admin-1' })
  expect(await revocation.check(someClaims({ act: { sub: 'admin-1' } }))).toMatchObject({ by: 'actor' })
  expect(await revocation.check(someClaims({ act: { sub: 'admin-2' } }))).toMatchObject({ status: 'active' })
  expect(await revocation.check(someClaims())).toMatchObject({ status: 'active' })
})
