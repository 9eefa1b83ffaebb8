import { memoryStore } from '@revoked/store-memory'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { moveTo, subject, world } from '../support/fixtures.ts'

const revoked = { code: 'ERR_TOKEN_REVOKED', status: 401, statusCode: 401 }

describe('a login within the second of a revocation', () => {
  const cases = [
    ['of its subject', { subject }],
    ['of everything', { everything: true }],
    ['of its client', { claim: 'client_id', value: 'app-7' }],
  ] as const
  const claims = { sub: subject, sid: 'laptop', client_id: 'app-7' }

  test.each(cases)('%s gets a token that verifies, and the earlier one stays refused', async (_, target) => {
    const { tokens, revocation, clock } = world({ revocation: { claims: ['client_id'] } })
    const earlier = await tokens.issue(claims)
    await revocation.revoke(target)
    clock.advance(1)
    const later = await tokens.issue(claims)
    const second = Math.floor(clock.now() / 1_000)
    expect([decodeJwt(earlier).iat, decodeJwt(later).iat]).toEqual([second, clock.now() / 1_000])
    expect((await tokens.verify(later)).claims.exp).toBe(second + 900)
    await expect(tokens.verify(earlier)).rejects.toMatchObject(revoked)
  })

  test('is reached by the next revocation of that second, from the very millisecond of the login', async () => {
    const { tokens, revocation, clock } = world()
    const start = clock.now()
    for (let ms = 0; ms < 200; ms++) {
      moveTo(clock, start + 10 * ms)
      await revocation.revoke({ subject })
      clock.advance(1 + (ms % 7))
      const token = await tokens.issue(claims)
      clock.advance(ms % 2)
      await tokens.verify(token)
      await revocation.revoke({ subject })
      await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
    }
  })

  test('waits for the next millisecond if the clock still shows that of the revocation', async () => {
    const { tokens, revocation } = world({ revocation: { now: Date.now, store: memoryStore() } })
    for (let round = 0; round < 20; round++) {
      await revocation.revoke({ subject })
      expect((await tokens.verify(await tokens.issue(claims))).claims.sub).toBe(subject)
    }
  })

  test.each([1, 2, 999])('gets one at %i ms of the second, without any tolerance', async (ms) => {
    const { tokens, revocation, clock } = world({
      revocation: { clockTolerance: '0s', maxTokenLifetime: '15m' },
    })
    moveTo(clock, Date.UTC(2026, 0, 1) + ms - 1)
    const earlier = await tokens.issue(claims)
    await revocation.revoke({ subject })
    clock.advance(1)
    expect((await tokens.verify(await tokens.issue(claims))).claims.sub).toBe(subject)
    await expect(tokens.verify(earlier)).rejects.toMatchObject(revoked)
  })

  test('of the next second gets the time of day', async () => {
    const { tokens, revocation, clock } = world()
    await revocation.revoke({ subject })
    clock.advance(1_000)
    const token = await tokens.issue(claims)
    expect(decodeJwt(token).iat).toBe(Math.floor(clock.now() / 1_000))
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
  })
})

describe('issue into a revoked session', () => {
  test('rejects: no instant of issue saves it', async () => {
    const { tokens, revocation, clock } = world()
    await revocation.revoke({ session: 'laptop' }, { reason: 'stolen' })
    const issue = () => tokens.issue({ sub: subject, sid: 'laptop' })
    await expect(issue()).rejects.toMatchObject({ ...revoked, by: 'sid', reason: 'stolen' })
    clock.advance(3_600_000)
    await expect(issue()).rejects.toMatchObject({ ...revoked, by: 'sid' })
  })

  test('rejects though its subject was revoked in the same second, too', async () => {
    const { tokens, revocation, clock } = world()
    await revocation.revoke([{ session: 'laptop' }, { subject }])
    clock.advance(1)
    await expect(tokens.issue({ sub: subject, sid: 'laptop' })).rejects.toMatchObject({ ...revoked, by: 'sid' })
    const elsewhere = await tokens.issue({ sub: subject, sid: 'phone' })
    expect((await tokens.verify(elsewhere)).claims).toMatchObject({ sid: 'phone' })
  })
})

describe('issue while the store is down', () => {
  test('rejects with 503 if the policy is closed', async () => {
    const { tokens, store } = world()
    store.goDown()
    await expect(tokens.issue({ sub: subject })).rejects.toMatchObject({
      code: 'ERR_REVOCATION_UNAVAILABLE',
      status: 503,
      statusCode: 503,
    })
  })

  test('issues if the policy is open, and the token is good once the store is back', async () => {
    const { tokens, store } = world({ revocation: { failPolicy: 'open' } })
    store.goDown()
    const token = await tokens.issue({ sub: subject })
    store.comeBack()
    expect(await tokens.verify(token)).toMatchObject({ claims: { sub: subject }, degraded: false })
  })
})
