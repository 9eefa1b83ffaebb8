// Mistakes that other revocation libraries were reported to make, one test for each.
import { createRevocation, RevocationUnavailableError, type Target } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { expect, test } from 'vitest'
import { storeError, storeWith } from './support/broken-stores.ts'
import {
  dayMs,
  hourMs,
  rejectionOf,
  someClaims,
  startMs,
  startSeconds,
  virtualClock,
  virtualRevocation,
} from './support/claims.ts'

test('a shorter revocation does not shrink the longer one of the same token', async () => {
  const { revocation, clock } = virtualRevocation()
  const refresh = someClaims({ exp: startSeconds + 3_600 })
  await revocation.revoke({ token: refresh })
  await revocation.revoke({ token: someClaims({ exp: startSeconds + 60 }) })
  clock.advance(hourMs)
  await expect(revocation.isRevoked(refresh)).resolves.toBe(true)
})

test('a session revoked again with an earlier end stays revoked as long as before', async () => {
  const { revocation, clock } = virtualRevocation()
  await revocation.revoke({ session: 'session-1' })
  await revocation.revoke({ session: 'session-1' }, { until: startMs + 1_000 })
  clock.advance(hourMs)
  const refreshed = someClaims({ iat: startSeconds + 3_600, exp: startSeconds + 3_660 })
  await expect(revocation.isRevoked(refreshed)).resolves.toBe(true)
})

test('an earlier cutoff does not take back a later one', async () => {
  const { revocation } = virtualRevocation()
  await revocation.revoke({ subject: 'alice' })
  await revocation.revoke({ subject: 'alice' }, { issuedBefore: startMs - hourMs })
  await expect(revocation.isRevoked(someClaims())).resolves.toBe(true)
})

test('concurrent revocations of one subject are all kept', async () => {
  const { revocation } = virtualRevocation()
  const hours = [3, 1, 0, 2]
  await Promise.all(
    hours.map((hour) => revocation.revoke({ subject: 'alice' }, { issuedBefore: startMs - hour * hourMs })),
  )
  await expect(revocation.isRevoked(someClaims({ iat: startSeconds }))).resolves.toBe(true)
})

test('a revocation of thirty days still holds on the thirtieth day', async () => {
  const { revocation, clock } = virtualRevocation({ maxTokenLifetime: '30d' })
  const month = someClaims({ iat: startSeconds, exp: startSeconds + 30 * 86_400 })
  await revocation.revoke<Target>([{ token: month }, { session: 'session-1' }])
  for (const instant of [startMs + 100, startMs + 25 * dayMs, startMs + 30 * dayMs + 59_999]) {
    clock.set(instant)
    await expect(revocation.check(month)).resolves.toMatchObject({ by: 'jti' })
    await expect(revocation.check({ ...month, jti: 'refreshed' })).resolves.toMatchObject({ by: 'sid' })
  }
})

test('a mark outlives exp by the leeway of the verifier', async () => {
  const { revocation, clock } = virtualRevocation({ clockTolerance: '30s' })
  const claims = someClaims({ exp: startSeconds + 10 })
  await revocation.revoke({ token: claims })
  clock.advance(10_000 + 29_999)
  await expect(revocation.isRevoked(claims)).resolves.toBe(true)
  clock.advance(1)
  await expect(rejectionOf(revocation.check(claims))).resolves.toHaveProperty('code', 'ERR_TOKEN_LIFETIME')
})

test('a subject stays revoked for its longest token', async () => {
  const { revocation, clock } = virtualRevocation()
  const refresh = someClaims({ jti: 'refresh', exp: startSeconds - 60 + 86_400 })
  await revocation.revoke({ subject: 'alice' })
  clock.advance(dayMs - 61_000)
  await expect(revocation.isRevoked(refresh)).resolves.toBe(true)
})

test('no mark is kept for longer than its tokens could live', async () => {
  const { revocation, recorded } = virtualRevocation()
  await revocation.revoke<Target>([{ token: someClaims() }, { session: 's' }, { subject: 'alice' }])
  const ends = recorded.flat().map(({ mark }) => mark.expiresAt)
  expect(ends.every((end) => end <= startMs + dayMs + 181_000 + dayMs / 64)).toBe(true)
})

test('what a store is given holds no token', async () => {
  const { revocation, recorded } = virtualRevocation()
  await revocation.revoke({ token: someClaims({ raw: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' }) })
  expect(JSON.stringify(recorded)).not.toContain('eyJ')
})

test('revokes a token by its claims, whatever bytes encode it', async () => {
  const { revocation } = virtualRevocation()
  await revocation.revoke({ token: someClaims({ signature: 's' }) })
  await expect(revocation.isRevoked(someClaims({ signature: 'flipped s' }))).resolves.toBe(true)
})

test('logging out everywhere is one mark and does not refuse the next login', async () => {
  const { revocation, clock, recorded } = virtualRevocation()
  const before = ['phone', 'laptop', 'tv'].map((sid) => someClaims({ sid, jti: sid }))
  await revocation.revoke({ subject: 'alice' })
  expect(recorded.flat()).toHaveLength(1)
  clock.advance(2_000)
  const login = someClaims({ sid: 'new', jti: 'new', iat: startSeconds + 2, exp: startSeconds + 900 })
  await expect(revocation.isRevoked(login)).resolves.toBe(false)
  for (const claims of before) await expect(revocation.isRevoked(claims)).resolves.toBe(true)
})

test('logs one device out, its later refreshes included, and no other', async () => {
  const { revocation, clock } = virtualRevocation()
  await revocation.revoke({ session: 'phone' })
  clock.advance(hourMs)
  const fresh = (sid: string) => someClaims({ sid, jti: sid, iat: startSeconds + 3_600, exp: startSeconds + 4_500 })
  await expect(revocation.isRevoked(fresh('phone'))).resolves.toBe(true)
  await expect(revocation.isRevoked(fresh('laptop'))).resolves.toBe(false)
})

test('refuses a token without jti if its subject is revoked', async () => {
  const { revocation } = virtualRevocation()
  await revocation.revoke({ subject: 'alice' })
  await expect(revocation.isRevoked(someClaims({ jti: undefined, sid: undefined }))).resolves.toBe(true)
})

test.each([
  ['the subject earlier than everything', startMs - hourMs, startMs],
  ['everything earlier than the subject', startMs, startMs - hourMs],
])('of two cutoffs the one that revokes wins, %s', async (_, subjectCutoff, everythingCutoff) => {
  const { revocation } = virtualRevocation()
  await revocation.revoke({ subject: 'alice' }, { issuedBefore: subjectCutoff })
  await revocation.revoke({ everything: true }, { issuedBefore: everythingCutoff })
  await expect(revocation.isRevoked(someClaims({ iat: startSeconds - 1 }))).resolves.toBe(true)
})

test('user 1 is not user 10', async () => {
  const { revocation } = virtualRevocation()
  await revocation.revoke({ subject: '1' })
  const subjects = ['1', '10', '01', '1*', '*', ' 1']
  const revoked = await Promise.all(subjects.map((sub) => revocation.isRevoked(someClaims({ sub }))))
  expect(revoked).toEqual([true, false, false, false, false, false])
})

test('refuses a raw token in place of its claims', async () => {
  const { revocation } = virtualRevocation()
  const raw = 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' as unknown as object
  await expect(revocation.revoke({ token: raw })).rejects.toThrow(TypeError)
  await expect(revocation.revoke(raw as Target)).rejects.toThrow(TypeError)
})

test('tells "nothing recorded" from a failure', async () => {
  const clock = virtualClock()
  const options = { maxTokenLifetime: '24h', now: clock.now } as const
  const empty = createRevocation({ ...options, store: plainStore(clock) })
  await expect(empty.check(someClaims())).resolves.toMatchObject({ status: 'active', allowed: true })
  const down = createRevocation({ ...options, store: storeWith('find', () => Promise.reject(storeError)) })
  await expect(down.check(someClaims())).resolves.toMatchObject({ status: 'unavailable', allowed: false })
})

test('answers an outage with status 503, never 401', async () => {
  const store = storeWith('find', () => Promise.reject(storeError))
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: () => startMs })
  const error = await rejectionOf(revocation.assertActive(someClaims()))
  expect(error).toMatchObject({ status: 503, statusCode: 503 })
})

test('a logout that was not written is not reported as one', async () => {
  const store = storeWith('record', () => Promise.reject(storeError))
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', failPolicy: 'open', now: () => startMs })
  await expect(revocation.revoke({ session: 'session-1' })).rejects.toThrow(RevocationUnavailableError)
})

test('a check makes one call of the store and writes nothing', async () => {
  const { revocation, asked, recorded, forgotten } = virtualRevocation()
  await revocation.assertActive(someClaims())
  expect({ asked: asked.length, recorded: recorded.length, forgotten: forgotten.length }).toEqual({
    asked: 1,
    recorded: 0,
    forgotten: 0,
  })
})
