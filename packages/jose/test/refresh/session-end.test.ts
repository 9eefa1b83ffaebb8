import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IssueClaims, IssuePairOptions } from '../../src/index.ts'
import { goodClaims, issuer, moveTo, rejectionOf, signByHand } from '../support/fixtures.ts'
import { alice, claimsOf, sessionTokens, sessionWorld } from '../support/refresh-fixtures.ts'

const hour = 3_600
const day = 24 * hour
const over = { code: 'ERR_INVALID_TOKEN', status: 401, problem: 'ERR_JWT_EXPIRED', claim: 'session_exp' }

/** An instance whose refresh tokens live for half a day, and one over the same store: 30 days. */
function twoInstances() {
  const { revocation, clock, tokens } = sessionWorld({
    revocation: { maxTokenLifetime: '30d' },
    refresh: { lifetime: '12h' },
  })
  return { clock, short: tokens, long: sessionTokens(revocation, { refresh: { lifetime: '30d' } }) }
}

describe('a lifetime per login', () => {
  test('is not extended by an instance with a longer default', async () => {
    const { clock, short, long } = twoInstances()
    const first = await short.issuePair(alice, { lifetime: '12h' })
    const end = Math.floor(clock.now() / 1_000) * 1_000 + 12 * hour * 1_000
    expect(first).toMatchObject({ refreshExpiresAt: end, sessionEndsAt: end })
    clock.advance(hour * 1_000)
    const second = await long.rotate(first.refreshToken)
    expect(second).toMatchObject({ refreshExpiresAt: end, sessionEndsAt: end })
    expect(claimsOf(second).refresh.exp).toBe(end / 1_000)
  })

  test('is not shortened by an instance with a shorter default', async () => {
    const { clock, short, long } = twoInstances()
    const first = await long.issuePair(alice, { lifetime: '20d' })
    clock.advance(day * 1_000)
    const second = await short.rotate(first.refreshToken)
    expect(second.refreshExpiresAt).toBe(first.refreshExpiresAt)
    clock.advance(15 * day * 1_000)
    await expect(short.rotate(second.refreshToken)).resolves.toMatchObject({ sid: first.sid })
  })

  test('bounds access tokens, too', async () => {
    const { clock, short } = twoInstances()
    const first = await short.issuePair(alice, { lifetime: '5m' })
    expect(first.accessExpiresAt).toBe(first.sessionEndsAt)
    clock.advance(200_000)
    const second = await short.rotate(first.refreshToken)
    expect(second.accessExpiresAt).toBe(first.sessionEndsAt)
    expect(claimsOf(second).access.exp).toBe(claimsOf(first).refresh.exp)
  })

  test('is refused if tokens would outlive their revocation', async () => {
    const { short } = twoInstances()
    expect(await rejectionOf(short.issuePair(alice, { lifetime: '31d' }))).toBeInstanceOf(RangeError)
    expect(await rejectionOf(short.issuePair(alice, { lifetime: '1500ms' }))).toBeInstanceOf(RangeError)
    const unknown = { liftime: '1d' } as IssuePairOptions
    expect(await rejectionOf(short.issuePair(alice, unknown))).toBeInstanceOf(TypeError)
  })
})

describe('at the end of the session', () => {
  test('a rotation just before it is answered, with tokens until then', async () => {
    const { clock, short } = twoInstances()
    const { refreshToken, sessionEndsAt = 0 } = await short.issuePair(alice, { lifetime: '12h' })
    moveTo(clock, sessionEndsAt - 1)
    const last = await short.rotate(refreshToken)
    expect(last).toMatchObject({ accessExpiresAt: sessionEndsAt, refreshExpiresAt: sessionEndsAt })
    await short.verify(last.accessToken)
  })

  test('a rotation is refused, though verifiers have a leeway', async () => {
    const { clock, short, long } = twoInstances()
    const { accessToken, refreshToken, sessionEndsAt = 0 } = await short.issuePair(alice, { lifetime: '5m' })
    moveTo(clock, sessionEndsAt)
    await short.verify(accessToken)
    for (const tokens of [short, long]) {
      await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(over)
      await expect(tokens.verifyRefresh(refreshToken)).rejects.toMatchObject(over)
    }
  })
})

describe('without a lifetime per login', () => {
  test('refresh.absoluteLifetime ends a session that is refreshed all the time', async () => {
    const { clock, tokens } = sessionWorld({ refresh: { lifetime: '24h', absoluteLifetime: '3d' } })
    let pair = await tokens.issuePair(alice)
    const { sessionEndsAt = 0 } = pair
    expect(sessionEndsAt).toBe(Math.floor(clock.now() / 1_000) * 1_000 + 3 * day * 1_000)
    for (let nth = 0; nth < 5; nth++) {
      clock.advance(14 * hour * 1_000)
      pair = await tokens.rotate(pair.refreshToken)
      expect(pair.refreshExpiresAt).toBeLessThanOrEqual(sessionEndsAt)
    }
    moveTo(clock, sessionEndsAt)
    await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject(over)
  })

  test('a lifetime per login takes the place of refresh.absoluteLifetime', async () => {
    const { clock, tokens } = sessionWorld({ refresh: { lifetime: '12h', absoluteLifetime: '13h' } })
    const pair = await tokens.issuePair(alice, { lifetime: '24h' })
    expect(pair.sessionEndsAt).toBe(Math.floor(clock.now() / 1_000) * 1_000 + day * 1_000)
  })

  test('a session slides by the default of each instance, as before', async () => {
    const { clock, short, long } = twoInstances()
    const first = await short.issuePair(alice)
    expect(first).not.toHaveProperty('sessionEndsAt')
    expect(claimsOf(first).refresh).not.toHaveProperty('session_exp')
    clock.advance(hour * 1_000)
    const second = await long.rotate(first.refreshToken)
    expect(second.refreshExpiresAt - clock.now()).toBeGreaterThan(29 * day * 1_000)
    expect(second).not.toHaveProperty('sessionEndsAt')
  })
})

test('the end of a session cannot be given, and renew neither sees nor changes it', async () => {
  const { clock, short } = twoInstances()
  for (const name of ['session_exp', 'refresh_lifetime']) {
    const claims = { ...alice, [name]: 1 } as unknown as IssueClaims
    expect(await rejectionOf(short.issuePair(claims))).toBeInstanceOf(TypeError)
  }
  const first = await short.issuePair(alice, { lifetime: '12h' })
  clock.advance(1_000)
  const second = await short.rotate(first.refreshToken, {
    renew: (claims) => {
      expect(claims).not.toHaveProperty('session_exp')
      expect(claims).not.toHaveProperty('refresh_lifetime')
      return { ...claims, role: 'admin' }
    },
  })
  expect(second.sessionEndsAt).toBe(first.sessionEndsAt)
  expect(claimsOf(second).access).not.toHaveProperty('session_exp')
})

test.each([{ session_exp: 'never' }, { refresh_lifetime: null }])('refuses a refresh token with %j', async (claims) => {
  const { clock, short } = twoInstances()
  const token = await signByHand(
    goodClaims(clock.now(), { aud: issuer, sid: 'a', fam: { id: 'f', generation: 1 }, ...claims }),
    undefined,
    { alg: 'HS256', typ: 'rt+jwt' },
  )
  await expect(short.rotate(token)).rejects.toMatchObject({ code: 'ERR_INVALID_CLAIMS' })
})

test('no token of any rotation by any instance outlives the end that the login fixed', async () => {
  const lifetimes = fc.integer({ min: 95, max: 30 * day })
  const instance = fc.record({ access: fc.integer({ min: 95, max: day }), refresh: lifetimes })
  const logins = fc.record({
    instances: fc.array(instance, { minLength: 1, maxLength: 4 }),
    lifetime: fc.integer({ min: 1, max: 30 * day }),
    isPerLogin: fc.boolean(),
    start: fc.integer({ min: 0, max: 2_000 }),
    steps: fc.array(fc.tuple(fc.nat(3), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { maxLength: 6 }),
  })
  let rotations = 0
  await fc.assert(
    fc.asyncProperty(logins, async ({ instances, lifetime, isPerLogin, start, steps }) => {
      const { revocation, clock } = sessionWorld({ revocation: { maxTokenLifetime: '30d' } })
      const all = instances.map(({ access, refresh }) =>
        sessionTokens(revocation, {
          tokens: { lifetime: access },
          refresh: { lifetime: refresh, ...(!isPerLogin && { absoluteLifetime: lifetime }) },
        }),
      )
      clock.advance(start)
      const end = Math.floor(clock.now() / 1_000) + lifetime
      let pair = await (all[0] as (typeof all)[0]).issuePair(alice, isPerLogin ? { lifetime } : {})
      for (const [nth, share, renews] of [[0, 0, false] as const, ...steps]) {
        const { access, refresh } = claimsOf(pair)
        expect(access.exp).toBeLessThanOrEqual(end)
        expect(refresh.exp).toBeLessThanOrEqual(end)
        if (isPerLogin) expect(refresh.exp).toBe(end)
        expect(pair.sessionEndsAt).toBe(end * 1_000)
        const left = Math.min(pair.refreshExpiresAt, end * 1_000) - clock.now()
        clock.advance(Math.floor(share * (left - 1)))
        const tokens = all[nth % all.length] as (typeof all)[0]
        pair = await tokens.rotate(pair.refreshToken, renews ? { renew: (claims) => claims } : {})
        rotations++
      }
    }),
    { numRuns: 100 },
  )
  expect(rotations).toBeGreaterThan(100)
})
