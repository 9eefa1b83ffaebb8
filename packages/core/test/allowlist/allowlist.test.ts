import { type Claims, createRevocation } from '@revoked/core'
import type { SessionKey } from '@revoked/core/sessions'
import { plainStore } from '@revoked/testing/plain-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { storeError, storeWith } from '../support/broken-stores.ts'
import { hourMs, rejectionOf, someClaims, startMs, startSeconds, virtualClock } from '../support/claims.ts'
import { listedRevocation, testSessions } from '../support/listed-sessions.ts'

const active = { status: 'active', allowed: true }
const notListed = { status: 'revoked', allowed: false, by: 'sid', reason: 'not_listed' }

describe('check with an allowlist', () => {
  test('lets a token of a listed session pass', async () => {
    const { revocation, sessions } = listedRevocation()
    await expect(revocation.check(someClaims())).resolves.toEqual(active)
    expect(sessions.asked).toEqual([[{ subject: 'alice', id: 'session-1' }]])
  })

  test.each<[string, object]>([
    ['of an unknown session', { sid: 'session-2' }],
    ['of another subject with the same session', { sub: 'bob' }],
    ['without sid', { sid: undefined }],
    ['without sub', { sub: undefined }],
    ['whose session is called __proto__', { sid: '__proto__' }],
    ['whose subject is called constructor', { sub: 'constructor' }],
  ])('refuses a token %s, whatever the policy', async (_, fields) => {
    const { revocation } = listedRevocation()
    for (const failPolicy of ['closed', 'open'] as const) {
      await expect(revocation.check(someClaims(fields), { failPolicy })).resolves.toEqual(notListed)
      await expect(revocation.check(someClaims(fields), { failPolicy, refresh: true })).resolves.toEqual(notListed)
    }
  })

  test('lets listed sessions pass whose names are those of properties of objects', async () => {
    const { revocation, sessions } = listedRevocation()
    for (const name of ['__proto__', 'constructor', 'toString']) {
      sessions.put(name, name)
      await expect(revocation.check(someClaims({ sub: name, sid: name }))).resolves.toEqual(active)
    }
  })

  test('lets a session pass that is about to be listed, unless a mark revokes it', async () => {
    const { revocation, sessions } = listedRevocation()
    const claims = someClaims({ sid: 'session-2' })
    await expect(revocation.check(claims, { unlisted: true })).resolves.toEqual(active)
    await expect(revocation.check(claims, { unlisted: false })).resolves.toEqual(notListed)
    await expect(revocation.check(claims)).resolves.toEqual(notListed)
    expect(sessions.asked).toHaveLength(2)
    await revocation.revoke({ session: 'session-2' }, { reason: 'logout' })
    const verdict = { status: 'revoked', allowed: false, by: 'sid', reason: 'logout' }
    await expect(revocation.check(claims, { unlisted: true })).resolves.toEqual(verdict)
  })

  test('knows nothing of a session that is about to be listed if the marks are unavailable', async () => {
    const { revocation } = listedRevocation({ store: storeWith('find', () => Promise.reject(storeError)) })
    const verdict = { status: 'unavailable', allowed: false }
    await expect(revocation.check(someClaims({ sid: 'session-2' }), { unlisted: true })).resolves.toMatchObject(verdict)
  })

  test('refuses a session from its expiry on, even if the list still has it', async () => {
    const { revocation, clock } = listedRevocation()
    const claims = someClaims({ exp: startSeconds + 7_200 })
    clock.set(startMs + hourMs - 1)
    await expect(revocation.check(claims)).resolves.toEqual(active)
    clock.set(startMs + hourMs)
    await expect(revocation.check(claims)).resolves.toEqual(notListed)
  })

  test('names the mark and its reason if a session is neither listed nor unrevoked', async () => {
    const { revocation, sessions } = listedRevocation()
    await revocation.revoke({ session: 'session-1' }, { reason: 'logout' })
    sessions.drop('alice', 'session-1')
    const verdict = { status: 'revoked', allowed: false, by: 'sid', reason: 'logout' }
    await expect(revocation.check(someClaims())).resolves.toEqual(verdict)
  })

  test('assertActive and isRevoked treat a token that is not listed as revoked', async () => {
    const { revocation } = listedRevocation()
    const claims = someClaims({ sid: 'session-2' })
    await expect(revocation.isRevoked(claims)).resolves.toBe(true)
    await expect(revocation.isRevoked(someClaims())).resolves.toBe(false)
    await expect(revocation.assertActive(someClaims())).resolves.toBeUndefined()
    const error = await rejectionOf(revocation.assertActive(claims))
    expect(error).toMatchObject({ code: 'ERR_TOKEN_REVOKED', status: 401, by: 'sid', reason: 'not_listed' })
    expect(JSON.stringify([error, String(error)])).not.toContain('session-2')
  })

  test('asks nothing about claims that cannot be used', async () => {
    const { revocation, sessions } = listedRevocation()
    await expect(rejectionOf(revocation.check(someClaims({ sid: 7 })))).resolves.toHaveProperty(
      'code',
      'ERR_INVALID_CLAIMS',
    )
    expect(sessions.asked).toEqual([])
  })

  test('calls the method of a store that uses this', async () => {
    const inner = testSessions()
    const sessions = { ...inner, inner, find: findByThis }
    function findByThis(this: typeof sessions, keys: readonly SessionKey[]) {
      return this.inner.find(keys)
    }
    inner.put('alice', 'session-1')
    const { revocation } = listedRevocation({ allowlist: { sessions } })
    await expect(revocation.check(someClaims())).resolves.toEqual(active)
  })
})

describe("with by: 'jti'", () => {
  test('a token is looked up by its own id', async () => {
    const { revocation, sessions } = listedRevocation({ by: 'jti' })
    await expect(revocation.check(someClaims({ sid: undefined }))).resolves.toEqual(active)
    await expect(revocation.check(someClaims({ jti: 'token-2' }))).resolves.toEqual({ ...notListed, by: 'jti' })
    expect(sessions.asked.flat().map(({ id }) => id)).toEqual(['token-1', 'token-2'])
  })

  test('identify provides the id of a token without jti', async () => {
    const identify = (claims: Claims) => `of ${claims.sub}`
    const { revocation, sessions } = listedRevocation({ by: 'jti', identify })
    const claims = someClaims({ jti: undefined })
    await expect(revocation.check(claims)).resolves.toEqual({ ...notListed, by: 'jti' })
    sessions.put('alice', 'of alice')
    await expect(revocation.check(claims)).resolves.toEqual(active)
  })
})

describe('both look-ups', () => {
  test.each(['before anything is agreed', 'from then on'])('are sent in the same turn, %s', async (when) => {
    const turns: string[] = []
    const sessions = testSessions()
    sessions.fault = () => {
      turns.push('list')
      return new Promise(() => {})
    }
    const store = storeWith('find', () => {
      turns.push('marks')
      return new Promise(() => {})
    })
    const { revocation } = listedRevocation({ store, sessions })
    if (when === 'from then on') await revocation.ready()
    void revocation.check(someClaims())
    expect(turns).toEqual(['marks', 'list'])
  })

  test('are sent once if other services revoke by more claims', async () => {
    const clock = virtualClock()
    const store = plainStore(clock)
    const other = createRevocation({ store, maxTokenLifetime: '24h', claims: ['tenant'], now: clock.now })
    await other.revoke({ claim: 'tenant', value: 'acme' })
    const { revocation, sessions } = listedRevocation({ store, clock })
    await expect(revocation.check(someClaims({ tenant: 'acme' }))).resolves.toMatchObject({ by: 'tenant' })
    expect(sessions.asked).toHaveLength(1)
  })

  test('a check stays synchronous if both answer synchronously', async () => {
    const { revocation } = listedRevocation({
      store: storeWith('find', () => []),
      sessions: testSessions({ isSynchronous: true }),
    })
    await revocation.ready()
    const order: string[] = []
    const checked = revocation.check(someClaims()).then(() => order.push('checked'))
    await Promise.resolve().then(() => order.push('next'))
    await checked
    expect(order).toEqual(['checked', 'next'])
  })
})

test('a token passes if and only if it is listed, unexpired and not revoked', async () => {
  const names = fc.constantFrom('a', 'b', '__proto__')
  const world = fc.record({
    sub: names,
    sid: names,
    listed: fc.array(fc.tuple(names, names, fc.integer({ min: -2, max: 2 })), { maxLength: 6 }),
    revoked: fc.array(names, { maxLength: 2 }),
    isSynchronous: fc.boolean(),
  })
  let passed = 0
  await fc.assert(
    fc.asyncProperty(world, async ({ sub, sid, listed, revoked, isSynchronous }) => {
      const { revocation, sessions } = listedRevocation({ sessions: testSessions({ isSynchronous }) })
      for (const [subject, id, ms] of listed) sessions.put(subject, id, startMs + ms)
      await revocation.revoke(revoked.map((session) => ({ session })))
      const last = listed.findLast(([subject, id]) => subject === sub && id === sid)
      const passes = last !== undefined && last[2] > 0 && !revoked.includes(sid)
      const { allowed } = await revocation.check(someClaims({ sub, sid }))
      expect(allowed).toBe(passes)
      if (passes) passed++
    }),
    { numRuns: 300 },
  )
  expect(passed).toBeGreaterThan(5)
})
