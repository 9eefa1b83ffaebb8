import { createRevocation, type RevocationOptions, type RevocationStore } from '@revoked/core'
import { virtualClock } from '@revoked/testing'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { someClaims } from '../support/claims.ts'

/** Several services over one store and one clock, and the calls of the store. */
function services() {
  const clock = virtualClock()
  const store = plainStore(clock)
  const calls: string[] = []
  const counted: RevocationStore = {
    record: (marks) => {
      calls.push('record')
      return store.record(marks)
    },
    find: (keys) => {
      calls.push('find')
      return store.find(keys)
    },
    forget: store.forget,
    agree: (settings) => {
      calls.push('agree')
      return store.agree(settings)
    },
  }
  const service = (options: Partial<RevocationOptions> = {}) =>
    createRevocation({ store: counted, maxTokenLifetime: '1h', now: clock.now, ...options })
  return { clock, calls, service, store }
}

/** Claims that are valid now, by the clock. */
function claimsAt(ms: number, fields: object = {}) {
  const seconds = Math.floor(ms / 1_000)
  return someClaims({ iat: seconds - 60, exp: seconds + 840, ...fields })
}

describe('services with different settings', () => {
  test('keep marks for the longest maxTokenLifetime and clockTolerance of all', async () => {
    const { clock, service } = services()
    const short = service({ clockTolerance: '5s' })
    await service({ maxTokenLifetime: '30d', clockTolerance: '20s' }).ready()
    const { expiresAt } = await short.revoke({ subject: 'alice' })
    expect(expiresAt).toBe(clock.now() + 30 * 86_400_000 + 3 * 20_000 + 1_000)
  })

  test('go on refusing what exceeds their own maxTokenLifetime', async () => {
    const { clock, service } = services()
    await service({ maxTokenLifetime: '30d' }).ready()
    const now = clock.now() / 1_000
    const check = service().check(someClaims({ iat: now, exp: now + 7_200 }))
    await expect(check).rejects.toMatchObject({ code: 'ERR_TOKEN_LIFETIME' })
  })

  test('look up the claims of all, from the first check on', async () => {
    const { clock, service } = services()
    await service({ claims: ['tenant'] }).revoke({ claim: 'tenant', value: 'acme' })
    const verdict = await service().check(claimsAt(clock.now(), { tenant: 'acme' }))
    expect(verdict).toMatchObject({ status: 'revoked', by: 'tenant' })
  })

  test('read the claims of others by the same rule, whatever they are called', async () => {
    const { clock, service } = services()
    await service({ claims: ['constructor'] }).revoke({ claim: 'constructor', value: 'acme' })
    const [own, absent] = [claimsAt(clock.now(), { constructor: 'acme' }), claimsAt(clock.now())]
    expect(await service().check(own)).toMatchObject({ status: 'revoked', by: 'constructor' })
    expect(await service().check(absent)).toMatchObject({ status: 'active' })
  })

  test('pass over a value that only another service would refuse', async () => {
    const { clock, service } = services()
    await service({ claims: ['roles', 'toString'] }).ready()
    const verdict = await service().check(claimsAt(clock.now(), { roles: ['admin'] }))
    expect(verdict.status).toBe('active')
  })

  test('learn of a new claim within a minute of use, and at once after a pause', async () => {
    for (const [pauseMs, status] of [
      [30_000, 'active'],
      [150_000, 'revoked'],
    ] as const) {
      const { clock, service } = services()
      const early = service()
      await early.check(claimsAt(clock.now()))
      await service({ claims: ['tenant'] }).revoke({ claim: 'tenant', value: 'acme' })
      clock.advance(pauseMs)
      const iat = Math.floor(clock.now() / 1_000) - 300
      expect((await early.check(claimsAt(clock.now(), { tenant: 'acme', iat }))).status).toBe(status)
    }
  })
})

describe('the issuer option', () => {
  const scoped = { issuer: '*' } as const
  const iss = 'https://a.example'

  test('makes checks unavailable and revocations reject if it differs, and names itself', async () => {
    const { clock, service } = services()
    await service().revoke({ subject: 'alice' })
    const other = service(scoped)
    const verdict = await other.check(claimsAt(clock.now(), { iss }))
    expect(verdict).toMatchObject({
      status: 'unavailable',
      allowed: false,
      error: {
        status: 503,
        cause: { code: 'ERR_SETTINGS_CONFLICT', message: expect.stringContaining('option issuer') },
      },
    })
    const conflict = { code: 'ERR_SETTINGS_CONFLICT' }
    await expect(other.revoke({ subject: 'alice', issuer: iss })).rejects.toMatchObject(conflict)
    await expect(other.ready()).rejects.toMatchObject(conflict)
    // The services that were there first are not disturbed.
    expect((await service().check(claimsAt(clock.now()))).status).toBe('revoked')
  })

  test('may differ once all marks of the other naming have expired', async () => {
    const { clock, service } = services()
    await service().revoke({ subject: 'alice' })
    clock.advance(3 * 3_600_000)
    await expect(service(scoped).ready()).resolves.toBeUndefined()
  })

  test('may become * with alsoUnscoped, and what was revoked before stays revoked', async () => {
    const { clock, service } = services()
    const before = service()
    await before.revoke({ subject: 'alice' })
    await before.revoke({ token: claimsAt(clock.now(), { sub: 'bob', jti: 'b' }) })
    const during = service({ ...scoped, alsoUnscoped: true })
    const statusOf = async (fields: object): Promise<string> =>
      (await during.check(claimsAt(clock.now(), { iss, ...fields }))).status
    expect(await statusOf({ sub: 'alice', jti: 'a' })).toBe('revoked')
    expect(await statusOf({ sub: 'bob', jti: 'b' })).toBe('revoked')
    expect(await statusOf({ sub: 'carol', jti: 'c' })).toBe('active')
  })

  test('lets services of both namings see the revocations of the transition', async () => {
    const { clock, service } = services()
    const [before, during] = [service(), service({ ...scoped, alsoUnscoped: true })]
    const token = claimsAt(clock.now(), { iss, sub: 'dora', jti: 'd' })
    expect(await during.revoke({ token })).toMatchObject({ changed: true })
    expect(await before.revoke({ token })).toMatchObject({ changed: false })
    expect((await before.check(token)).status).toBe('revoked')
    // No service without the issuer has agreed for long, so the transition can end.
    clock.advance(2 * 3_600_000)
    await during.revoke({ session: 'erin', issuer: iss })
    const after = service(scoped)
    expect((await after.check(claimsAt(clock.now(), { iss, sid: 'erin' }))).status).toBe('revoked')
    await during.reinstate({ session: 'erin', issuer: iss })
    expect((await during.check(claimsAt(clock.now(), { iss, sid: 'erin' }))).status).toBe('active')
  })
})

describe('the cost', () => {
  test('of a check is one find, and one agree within a minute', async () => {
    const { clock, calls, service } = services()
    const revocation = service()
    for (let check = 0; check < 5; check++) await revocation.check(claimsAt(clock.now()))
    expect(calls).toEqual(['agree', 'find', 'find', 'find', 'find', 'find'])
    clock.advance(61_000)
    for (let check = 0; check < 5; check++) await revocation.check(claimsAt(clock.now()))
    expect(calls.filter((call) => call === 'agree')).toHaveLength(2)
  })

  test('of many first checks at once is one agree', async () => {
    const { clock, calls, service } = services()
    const revocation = service()
    await Promise.all(Array.from({ length: 20 }, () => revocation.check(claimsAt(clock.now()))))
    expect(calls.filter((call) => call === 'agree')).toHaveLength(1)
  })

  test('of a revocation is one agree within ten seconds', async () => {
    const { clock, calls, service } = services()
    const revocation = service()
    for (const waitMs of [0, 9_000, 2_000]) {
      clock.advance(waitMs)
      await revocation.revoke({ subject: 'alice' })
    }
    expect(calls.filter((call) => call === 'agree')).toHaveLength(2)
  })
})

describe('a store that fails to agree', () => {
  test.each<[string, () => never | Promise<unknown>]>([
    ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
    [
      'throws',
      () => {
        throw new Error('ECONNREFUSED')
      },
    ],
    ['returns nothing', async () => undefined],
    ['returns less than it was given', async () => ({ maxTokenLifetime: 1, clockTolerance: 0, claims: [], now: 0 })],
  ])('is unavailable for that call only if it %s', async (_, agree) => {
    const { clock, store } = services()
    let isDown = true
    const failing: RevocationStore = {
      ...store,
      agree: (settings) => (isDown ? (agree() as ReturnType<RevocationStore['agree']>) : store.agree(settings)),
    }
    const revocation = createRevocation({ store: failing, maxTokenLifetime: '1h', now: clock.now })
    const claims = claimsAt(clock.now())
    expect(await revocation.check(claims)).toMatchObject({ status: 'unavailable', allowed: false })
    await expect(revocation.revoke({ subject: 'bob' })).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
    await expect(revocation.ready()).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
    isDown = false
    expect((await revocation.check(claims)).status).toBe('active')
    // Once agreed, an outage of the next agreement does not end it.
    isDown = true
    clock.advance(61_000)
    for (const pauseMs of [0, 0, 150_000, 0, 59_000]) {
      clock.advance(pauseMs)
      expect((await revocation.check(claims)).status).toBe('active')
    }
    await expect(revocation.revoke({ subject: 'bob' })).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  })

  test('still refuses a token that it says is revoked', async () => {
    const { clock, store } = services()
    await createRevocation({ store, maxTokenLifetime: '1h', now: clock.now }).revoke({ subject: 'alice' })
    const failing = { ...store, agree: () => Promise.reject(new Error('ECONNREFUSED')) }
    const revocation = createRevocation({ store: failing, maxTokenLifetime: '1h', now: clock.now, failPolicy: 'open' })
    expect((await revocation.check(claimsAt(clock.now()))).status).toBe('revoked')
  })
})

describe('a clock that differs from that of the store', () => {
  test.each([
    [61_000, 'ahead of'],
    [-61_000, 'behind'],
  ])('by %i ms rejects revocations, and leaves checks alone', async (offset, words) => {
    const { clock, store } = services()
    const revocation = createRevocation({
      store: { ...store, agree: async (settings) => ({ ...(await store.agree(settings)), now: clock.now() + offset }) },
      maxTokenLifetime: '1h',
      now: clock.now,
    })
    const skew = { code: 'ERR_CLOCK_SKEW', message: expect.stringContaining(`61000 ms ${words}`) }
    await expect(revocation.revoke({ subject: 'alice' })).rejects.toMatchObject(skew)
    await expect(revocation.ready()).rejects.toMatchObject(skew)
    expect((await revocation.check(claimsAt(clock.now()))).status).toBe('active')
  })

  test('by the tolerance is fine', async () => {
    const { clock, store } = services()
    const agree: RevocationStore['agree'] = async (settings) => ({
      ...(await store.agree(settings)),
      now: clock.now() + 60_000,
    })
    const revocation = createRevocation({ store: { ...store, agree }, maxTokenLifetime: '1h', now: clock.now })
    await expect(revocation.revoke({ subject: 'alice' })).resolves.toMatchObject({ changed: true })
  })
})

test('a mark that the store finds expired rejects the revocation', async () => {
  const { clock, store } = services()
  const record: RevocationStore['record'] = (marks) =>
    store.record(marks.map(({ key, mark }) => ({ key, mark: { ...mark, expiresAt: clock.now() } })))
  const revocation = createRevocation({ store: { ...store, record }, maxTokenLifetime: '1h', now: clock.now })
  await expect(revocation.revoke({ subject: 'alice' })).rejects.toMatchObject({ code: 'ERR_MARK_EXPIRED' })
})
