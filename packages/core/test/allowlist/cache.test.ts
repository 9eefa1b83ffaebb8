import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { createListedSessions } from '../../src/allowlist/listed-sessions.ts'
import { storeError } from '../support/broken-stores.ts'
import { hourMs, someClaims, startMs, startSeconds, virtualClock } from '../support/claims.ts'
import { cachingStore, type ListedRevocationOptions, listedRevocation } from '../support/listed-sessions.ts'

const claims = someClaims({ exp: startSeconds + 7_200 })
const notListed = { status: 'revoked', reason: 'not_listed' }

function overCache(options: ListedRevocationOptions = {}) {
  const clock = virtualClock()
  return listedRevocation({ clock, store: cachingStore(plainStore(clock)), ...options })
}

describe('over a store that answers from this process', () => {
  test('a listed session is looked up once', async () => {
    const { revocation, sessions } = overCache()
    for (let time = 0; time < 3; time++) await expect(revocation.isRevoked(claims)).resolves.toBe(false)
    expect(sessions.asked).toHaveLength(1)
  })

  test('30,000 sessions in rotation are looked up once each', async () => {
    const { revocation, sessions } = overCache()
    const ids = Array.from({ length: 30_000 }, (_, index) => `session-${index}`)
    for (const sid of ids) sessions.put('alice', sid)
    for (let round = 0; round < 2; round++) for (const sid of ids) await revocation.assertActive({ ...claims, sid })
    expect(sessions.asked).toHaveLength(30_000)
  })

  test('a listed session passes while the list is unavailable, until the expiry known then', async () => {
    const { revocation, sessions, clock } = overCache()
    await revocation.check(claims)
    sessions.fault = () => Promise.reject(storeError)
    clock.set(startMs + hourMs - 1)
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'active' })
    clock.set(startMs + hourMs)
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'unavailable', allowed: false })
  })

  test('a session that was used meanwhile is looked up again at its old expiry, and passes', async () => {
    const { revocation, sessions, clock } = overCache()
    await revocation.check(claims)
    sessions.put('alice', 'session-1', startMs + 2 * hourMs)
    clock.set(startMs + hourMs)
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'active' })
    expect(sessions.asked).toHaveLength(2)
  })

  test('a session that is closed and reinstated without a check passes until the expiry known then', async () => {
    const { revocation, sessions, clock } = overCache()
    await revocation.check(claims)
    await revocation.revoke([{ session: 'session-1' }])
    sessions.drop('alice', 'session-1')
    await revocation.reinstate([{ session: 'session-1' }])
    clock.set(startMs + hourMs - 1)
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'active' })
    clock.set(startMs + hourMs)
    await expect(revocation.check(claims)).resolves.toMatchObject(notListed)
  })

  test.each(['sid', 'jti'] as const)('a cached %s that was revoked is refused, and forgotten', async (by) => {
    const { revocation, sessions } = overCache({ by })
    const target = by === 'sid' ? { session: 'session-1' } : { jti: 'token-1' }
    await revocation.check(claims)
    await revocation.revoke([target])
    sessions.drop('alice', by === 'sid' ? 'session-1' : 'token-1')
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'revoked', by })
    await revocation.reinstate([target])
    await expect(revocation.check(claims)).resolves.toMatchObject(notListed)
  })

  test('a session that was closed without a revocation passes until its expiry', async () => {
    const { revocation, sessions, clock } = overCache()
    await revocation.check(claims)
    sessions.drop('alice', 'session-1')
    await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'active' })
    clock.set(startMs + hourMs)
    await expect(revocation.check(claims)).resolves.toMatchObject(notListed)
  })

  test('what is not listed is looked up each time, and passes once it is listed', async () => {
    const { revocation, sessions } = overCache()
    const unknown = someClaims({ sid: 'session-2' })
    for (let time = 0; time < 2; time++) await expect(revocation.check(unknown)).resolves.toMatchObject(notListed)
    expect(sessions.asked).toHaveLength(2)
    sessions.put('alice', 'session-2')
    await expect(revocation.check(unknown)).resolves.toMatchObject({ status: 'active' })
  })

  test('the session of one subject does not let another one pass', async () => {
    const { revocation } = overCache()
    await revocation.check(claims)
    await expect(revocation.check(someClaims({ sub: 'bob' }))).resolves.toMatchObject(notListed)
  })
})

test('over another store, each check looks the session up', async () => {
  const { revocation, sessions } = listedRevocation()
  await revocation.check(claims)
  sessions.drop('alice', 'session-1')
  await expect(revocation.check(claims)).resolves.toMatchObject(notListed)
  expect(sessions.asked).toHaveLength(2)
})

describe('the cache', () => {
  const key = (id: number | string) => ({ subject: 'alice', id: String(id) })

  test('keeps at most its number of sessions, and drops the oldest ones', () => {
    const cache = createListedSessions(10)
    for (let id = 0; id < 100; id++) cache.add(key(id), 2)
    const newestFirst = Array.from({ length: 100 }, (_, index) => 99 - index)
    const kept = newestFirst.filter((id) => cache.has(key(id), 1))
    expect(kept.length).toBeGreaterThanOrEqual(5)
    expect(kept.length).toBeLessThanOrEqual(10)
    expect(kept).toEqual(newestFirst.slice(0, kept.length))
  })

  test('keeps a session that is used', () => {
    const cache = createListedSessions(10)
    for (let id = 0; id < 100; id++) {
      cache.add(key(id), 2)
      expect(cache.has(key(0), 1)).toBe(true)
    }
  })

  test('knows a session until its expiry, and by its subject', () => {
    const cache = createListedSessions(10)
    cache.add(key('__proto__'), 2)
    expect([1, 2, Number.NaN].map((at) => cache.has(key('__proto__'), at))).toEqual([true, false, false])
    expect(cache.has({ subject: 'bob', id: '__proto__' }, 1)).toBe(false)
    expect(cache.has(key('constructor'), 1)).toBe(false)
    cache.remove(key('__proto__'))
    expect(cache.has(key('__proto__'), 1)).toBe(false)
  })
})
