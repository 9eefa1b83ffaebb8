/** `auth_time`: when the user of a token proved who they are. */
import { createRevocation } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, createTokenPairs, type TokenPairs } from '../../src/index.ts'
import { issuerOptions, rejectionOf, subject } from '../support/fixtures.ts'
import { alice, claimsOf } from '../support/refresh-fixtures.ts'

const minuteMs = 60_000

/** Two instances with the list of sessions, one without, all on one clock. */
function setUp() {
  const clock = virtualClock()
  const { now } = clock
  const revocation = createRevocation({ store: memoryStore({ now }), maxTokenLifetime: '30d', now })
  const store = memorySessions({ now })
  const refresh = { lifetime: '30d' } as const
  const instance = (by: 'sid' | 'jti' = 'sid') =>
    createSessions({ store, revocation, idleTimeout: '7d', absoluteLifetime: '30d', by })
  const [sessions, elsewhere] = [instance(), instance()]
  return {
    clock,
    sessions,
    elsewhere,
    listed: createTokenPairs({ ...issuerOptions(revocation), refresh, sessions }),
    unlisted: createTokenPairs({ ...issuerOptions(revocation), refresh }),
    alone: createAccessTokens(issuerOptions(revocation)),
    aloneListed: createAccessTokens({ ...issuerOptions(revocation), sessions: instance('jti') }),
    secondsAgo: (seconds: number) => Math.floor(now() / 1_000) - seconds,
  }
}

/** The `auth_time` of both tokens of a pair. */
function authTimesOf(pair: Parameters<typeof claimsOf>[0]): readonly unknown[] {
  const { access, refresh } = claimsOf(pair)
  return [access['auth_time'], refresh['auth_time']]
}

describe.each(['listed', 'unlisted'] as const)('a pair of %s sessions', (kind) => {
  test('says when the user has authenticated, and so do those that follow', async () => {
    const { [kind]: tokens, clock, secondsAgo } = setUp()
    const authenticatedAt = clock.now() - 5 * minuteMs
    let pair = await tokens.issuePair(alice, { authenticatedAt })
    const expected = Math.floor(authenticatedAt / 1_000)
    for (let nth = 0; nth < 3; nth++) {
      expect(authTimesOf(pair)).toEqual([expected, expected])
      clock.advance(10 * minuteMs)
      pair = await tokens.rotate(pair.refreshToken)
    }
    const stepped = await tokens.rotate(pair.refreshToken, { authenticatedAt: clock.now() })
    expect(authTimesOf(stepped)).toEqual([secondsAgo(0), secondsAgo(0)])
    clock.advance(10 * minuteMs)
    const next = await tokens.rotate(stepped.refreshToken, { renew: (claims) => ({ ...claims, role: 'editor' }) })
    expect(authTimesOf(next)).toEqual([secondsAgo(600), secondsAgo(600)])
  })

  test('is not put back by an older authentication', async () => {
    const { [kind]: tokens, clock, secondsAgo } = setUp()
    const pair = await tokens.issuePair(alice, { authenticatedAt: clock.now() })
    const next = await tokens.rotate(pair.refreshToken, { authenticatedAt: clock.now() - 5 * minuteMs })
    expect(authTimesOf(next)).toEqual([secondsAgo(0), secondsAgo(0)])
  })
})

test('a login with a list counts as an authentication, and one without says nothing', async () => {
  const { listed, unlisted, alone, aloneListed, secondsAgo } = setUp()
  expect(authTimesOf(await listed.issuePair(alice))).toEqual([secondsAgo(0), secondsAgo(0)])
  expect(decodeJwt(await aloneListed.issue(alice))['auth_time']).toBe(secondsAgo(0))
  const pair = await unlisted.issuePair(alice)
  expect(authTimesOf(await unlisted.rotate(pair.refreshToken))).toEqual([undefined, undefined])
  expect(decodeJwt(await alone.issue(alice))).not.toHaveProperty('auth_time')
})

test('issue stamps it, into tokens that are sessions by themselves, too', async () => {
  const { alone, aloneListed, clock, secondsAgo } = setUp()
  const options = { authenticatedAt: clock.now() - minuteMs }
  for (const tokens of [alone, aloneListed])
    expect(decodeJwt(await tokens.issue(alice, options))['auth_time']).toBe(secondsAgo(60))
})

test('a rotation knows of an authentication that was noted on the list, by any instance', async () => {
  for (const noter of ['sessions', 'elsewhere'] as const) {
    const { listed, [noter]: sessions, clock, secondsAgo } = setUp()
    const { refreshToken, sid } = await listed.issuePair(alice)
    clock.advance(10 * minuteMs)
    // This instance has noted a use, so that the rotation writes none.
    const pair = await listed.rotate(refreshToken)
    await sessions.touch(subject, sid, { authenticatedAt: clock.now() })
    expect(authTimesOf(await listed.rotate(pair.refreshToken))).toEqual([secondsAgo(0), secondsAgo(0)])
  }
})

test('an authentication that is refused changes nothing', async () => {
  const { listed, sessions, clock } = setUp()
  const { refreshToken, sid } = await listed.issuePair(alice)
  const before = await sessions.get(subject, sid)
  clock.advance(10 * minuteMs)
  await sessions.close(subject, sid)
  const stepUp = listed.rotate(refreshToken, { authenticatedAt: clock.now() })
  await expect(stepUp).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  expect(before?.authenticatedAt).toBeLessThan(clock.now())
  expect(await sessions.count(subject)).toBe(0)
})

describe('an instant that is', () => {
  type Call = (all: ReturnType<typeof setUp>, authenticatedAt: number) => Promise<unknown>
  const rotated = async (tokens: TokenPairs, authenticatedAt: number) =>
    tokens.rotate((await tokens.issuePair(alice)).refreshToken, { authenticatedAt })
  const calls: readonly Call[] = [
    ({ alone }, authenticatedAt) => alone.issue(alice, { authenticatedAt }),
    ({ listed }, authenticatedAt) => listed.issuePair(alice, { authenticatedAt }),
    ({ listed }, authenticatedAt) => rotated(listed, authenticatedAt),
  ]

  test.each([
    ['no number', () => '2026-11-26' as never, TypeError],
    ['in seconds', (now: number) => now / 1_000, RangeError],
    ['in the future', (now: number) => now + 2 * minuteMs, RangeError],
  ])('%s is refused', async (_, instant, type) => {
    const all = setUp()
    for (const call of calls) expect(await rejectionOf(call(all, instant(all.clock.now())))).toBeInstanceOf(type)
  })

  test('ahead by the tolerance for clocks counts as now', async () => {
    const { alone, clock, secondsAgo } = setUp()
    const token = await alone.issue(alice, { authenticatedAt: clock.now() + minuteMs })
    expect(decodeJwt(token)['auth_time']).toBe(secondsAgo(0))
  })
})

test('auth_time is stamped, and cannot be given', async () => {
  const { alone, listed } = setUp()
  const claims = { ...alice, auth_time: 1_767_268_800 as never }
  expect(await rejectionOf(alone.issue(claims))).toBeInstanceOf(TypeError)
  const { refreshToken } = await listed.issuePair(alice)
  const renewed = listed.rotate(refreshToken, { renew: () => claims })
  expect(await rejectionOf(renewed)).toBeInstanceOf(TypeError)
})
