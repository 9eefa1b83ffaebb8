/** Logins from before there was a list of sessions, and the way from a denylist to an allowlist. */
import { createRevocation, type RevocationStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { createSessions, type SessionsOptions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { type VirtualClock, virtualClock } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { createTokenPairs, type RefreshOptions } from '../../src/index.ts'
import { issuerOptions, signByHand, subject } from '../support/fixtures.ts'
import { connect, start } from '../support/redis-instances.ts'
import { alice, claimsOf, outcomeOf, reused, sessionWorld } from '../support/refresh-fixtures.ts'
import { scriptedSessions } from '../support/scripted-sessions.ts'

const dayMs = 86_400_000
const over = { code: 'ERR_TOKEN_REVOKED', by: 'sid', reason: 'session_over' }

const minuteMs = 60_000

interface Stores {
  readonly marks: RevocationStore
  readonly list: SessionStore
  readonly clock?: VirtualClock
}

function memoryStores(): Stores & { readonly clock: VirtualClock } {
  const clock = virtualClock()
  return { clock, marks: memoryStore({ now: clock.now }), list: memorySessions({ now: clock.now }) }
}

interface Phase {
  readonly refresh?: Partial<RefreshOptions>
  readonly sessions?: Partial<SessionsOptions<unknown>>
}

/** The services over the same stores, before, during and after the change to an allowlist. */
function phases({ marks, list, clock }: Stores, { refresh, sessions: changes }: Phase = {}) {
  const now = clock === undefined ? {} : { now: clock.now }
  const common = { store: marks, maxTokenLifetime: '30d', ...now } as const
  function service(withList: boolean, withAllowlist: boolean) {
    const revocation = createRevocation({ ...common, ...(withAllowlist && { allowlist: { sessions: list } }) })
    const lifetimes = { idleTimeout: '7d', absoluteLifetime: '20d' } as const
    const sessions = createSessions({ store: list, revocation, ...lifetimes, ...changes })
    const options = { ...issuerOptions(revocation), refresh: { lifetime: '30d', grace: '10s', ...refresh } } as const
    const listed = { ...options, sessions, ...(withAllowlist && { sessionsSince: revocation.now() }) }
    return { revocation, sessions, tokens: createTokenPairs(withList ? listed : options) }
  }
  const during = service(true, false)
  // Logins from before it is called are from before there was a list.
  return { before: service(false, false), during, after: () => service(true, true) }
}

describe('the first rotation of a login from before', () => {
  test('lists its session with the instants of the login', async () => {
    const { clock, ...stores } = memoryStores()
    const { before, during } = phases({ ...stores, clock })
    const pair = await before.tokens.issuePair(alice)
    const openedAt = Number(claimsOf(pair).access['session_at']) * 1_000
    clock.advance(3 * dayMs)
    const next = await during.tokens.rotate(pair.refreshToken)
    expect(await during.sessions.list(subject)).toMatchObject([
      { id: pair.sid, openedAt, authenticatedAt: openedAt, lastUsedAt: clock.now(), device: undefined },
    ])
    expect(next.sessionEndsAt).toBe(openedAt + 20 * dayMs)
    expect((await during.sessions.get(subject, pair.sid))?.endsAt).toBe(openedAt + 20 * dayMs)
    await during.tokens.verify(next.accessToken)
  })

  test.each([{ lifetime: '2d' }, {}] as const)('keeps to the end that its login has fixed: %j', async (options) => {
    const { clock, ...stores } = memoryStores()
    const { before, during } = phases({ ...stores, clock }, { refresh: { absoluteLifetime: '5d' } })
    const pair = await before.tokens.issuePair(alice, options)
    clock.advance(dayMs)
    const next = await during.tokens.rotate(pair.refreshToken)
    expect(next.sessionEndsAt).toBe(pair.sessionEndsAt)
    expect((await during.sessions.get(subject, pair.sid))?.endsAt).toBe(pair.sessionEndsAt)
  })

  test('is refused if the login is older than sessions may be, and ends it', async () => {
    const { clock, ...stores } = memoryStores()
    const { before, during } = phases({ ...stores, clock })
    const pair = await before.tokens.issuePair(alice)
    clock.advance(21 * dayMs)
    await expect(during.tokens.rotate(pair.refreshToken)).rejects.toMatchObject(over)
    await expect(before.tokens.rotate(pair.refreshToken)).rejects.toMatchObject(over)
    expect(await during.sessions.count(subject)).toBe(0)
  })

  test('is not refused by the limit for logins', async () => {
    const { before, during } = phases(memoryStores(), { sessions: { maxPerSubject: 1 } })
    const pairs = [await before.tokens.issuePair(alice), await before.tokens.issuePair(alice)]
    for (const { refreshToken } of pairs) await during.tokens.rotate(refreshToken)
    expect(await during.sessions.count(subject)).toBe(2)
    expect(await outcomeOf(during.tokens.issuePair(alice))).toEqual({ code: 'ERR_TOO_MANY_SESSIONS' })
  })

  test('may happen twice at once', async () => {
    const { before, after: begin } = phases(memoryStores())
    const { refreshToken } = await before.tokens.issuePair(alice)
    const after = begin()
    const pairs = await Promise.all([after.tokens.rotate(refreshToken), after.tokens.rotate(refreshToken)])
    for (const { accessToken } of pairs) await after.tokens.verify(accessToken)
    expect(await after.sessions.count(subject)).toBe(1)
  })

  test('leaves the token as good as before if the list fails', async () => {
    const { tokens: unlisted, revocation, clock } = sessionWorld()
    const sessions = scriptedSessions(clock.now)
    const tokens = createTokenPairs({ ...issuerOptions(revocation), refresh: { lifetime: '24h' }, sessions })
    const { refreshToken, sid } = await unlisted.issuePair(alice)
    for (const failure of ['without effect', 'after its effect'] as const) {
      sessions.fail('open', failure)
      await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ status: 503 })
    }
    await tokens.rotate(refreshToken)
    expect(sessions.ids()).toEqual([sid])
  })
})

describe('no session that was closed is listed again', () => {
  type Services = ReturnType<typeof phases>
  const endings: readonly [string, (all: Services, pair: { refreshToken: string; sid: string }) => Promise<unknown>][] =
    [
      ['by a logout', ({ before }, { refreshToken }) => before.tokens.revoke(refreshToken, { reason: 'logout' })],
      ['by a logout that the list knows', ({ during }, { refreshToken }) => during.tokens.revoke(refreshToken)],
      ['with all of its subject', ({ during }) => during.sessions.closeAll(subject)],
      ['by a revocation', ({ during }, { sid }) => during.revocation.revoke({ session: sid })],
    ]

  test.each(endings)('%s before it was listed', async (_, end) => {
    for (const phase of ['during', 'after'] as const) {
      const { clock, ...stores } = memoryStores()
      const all = phases({ ...stores, clock })
      const pair = await all.before.tokens.issuePair(alice)
      clock.advance(60_000)
      await end(all, pair)
      clock.advance(60_000)
      const { tokens } = phase === 'after' ? all.after() : all.during
      await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
      await expect(tokens.verifyRefresh(pair.refreshToken)).rejects.toMatchObject({
        code: 'ERR_TOKEN_REVOKED',
      })
      expect(await all.during.sessions.count(subject)).toBe(0)
    }
  })

  test('by its owner after it was listed, within the grace of its old token', async () => {
    for (const phase of ['during', 'after'] as const) {
      const all = phases(memoryStores())
      const pair = await all.before.tokens.issuePair(alice)
      const { tokens, sessions } = phase === 'after' ? all.after() : all.during
      const next = await tokens.rotate(pair.refreshToken)
      expect(await sessions.close(subject, pair.sid)).toBe(true)
      for (const token of [pair.refreshToken, next.refreshToken])
        await expect(tokens.rotate(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sid' })
      expect(await all.during.sessions.count(subject)).toBe(0)
    }
  })

  test('nor one that has lain idle since it was listed', async () => {
    for (const phase of ['during', 'after'] as const) {
      const { clock, ...stores } = memoryStores()
      const all = phases({ ...stores, clock })
      const pair = await all.before.tokens.issuePair(alice)
      const { tokens } = phase === 'after' ? all.after() : all.during
      const next = await tokens.rotate(pair.refreshToken)
      clock.advance(7 * dayMs)
      await expect(tokens.rotate(next.refreshToken)).rejects.toMatchObject({ by: 'sid' })
      await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject(
        phase === 'during' ? { code: 'ERR_TOKEN_REVOKED', reason: 'session_over' } : reused,
      )
      expect(await all.during.sessions.count(subject)).toBe(0)
    }
  })

  test('nor one whose token a service without the list has rotated', async () => {
    const { clock, ...stores } = memoryStores()
    const { before, during } = phases({ ...stores, clock })
    const { refreshToken } = await during.tokens.issuePair(alice)
    const next = await before.tokens.rotate(refreshToken)
    clock.advance(7 * dayMs)
    await expect(during.tokens.rotate(next.refreshToken)).rejects.toMatchObject(over)
  })
})

describe('with an allowlist, an unknown session', () => {
  const notListed = { code: 'ERR_TOKEN_REVOKED', by: 'sid', reason: 'not_listed' }

  test('is refused if it began since there is a list, such as by a key that was stolen', async () => {
    const { clock, ...stores } = memoryStores()
    const { before, after: switchOn } = phases({ ...stores, clock })
    const after = switchOn()
    clock.advance(1_000)
    const { refreshToken } = await before.tokens.issuePair(alice)
    await expect(after.tokens.rotate(refreshToken)).rejects.toMatchObject(notListed)
    await expect(after.tokens.verifyRefresh(refreshToken)).rejects.toMatchObject(notListed)
    expect(await after.sessions.count(subject)).toBe(0)
  })

  test('is refused whenever it began, unless it is said since when there is a list', async () => {
    const { clock, ...stores } = memoryStores()
    const { before, after: switchOn } = phases({ ...stores, clock })
    const { refreshToken } = await before.tokens.issuePair(alice)
    const { revocation, sessions } = switchOn()
    const tokens = createTokenPairs({ ...issuerOptions(revocation), refresh: { lifetime: '30d' }, sessions })
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(notListed)
  })

  test.each([
    ['text', '2026-11-26', TypeError],
    ['seconds', 1_767_268_800, RangeError],
    ['in the future', 4_000_000_000_000, RangeError],
  ])('needs an instant of the past: not one that is %s', (_, sessionsSince, type) => {
    const { revocation, sessions } = phases(memoryStores()).during
    const options = { ...issuerOptions(revocation), refresh: { lifetime: '30d' }, sessions } as const
    expect(() => createTokenPairs({ ...options, sessionsSince: sessionsSince as number })).toThrow(type)
  })
})

test('whether a session was listed is stamped, and cannot be given or forged', async () => {
  const { clock, ...stores } = memoryStores()
  const { during } = phases({ ...stores, clock })
  await expect(during.tokens.issuePair({ ...alice, session_listed: true as never })).rejects.toThrow(TypeError)
  const pair = await during.tokens.issuePair(alice)
  const { access, refresh } = claimsOf(pair)
  expect(refresh).toMatchObject({ session_listed: true })
  expect(access).not.toHaveProperty('session_listed')
  const odd = await signByHand({ ...refresh, session_listed: 'no' }, undefined, { alg: 'HS256', typ: 'rt+jwt' })
  await expect(during.tokens.rotate(odd)).rejects.toMatchObject({ code: 'ERR_INVALID_CLAIMS' })
})

describe.each(['memory', 'Redis'])('from a denylist to an allowlist over %s', (kind) => {
  async function stores(): Promise<Stores> {
    if (kind === 'memory') return memoryStores()
    const client = await connect((await start()).port)
    return { marks: redisStore(client), list: redisSessions(client) }
  }

  test('nobody is logged out: each step passes the tokens of the one before', async () => {
    const { clock, ...kept } = await stores()
    const { before, during, after: switchOn } = phases({ ...kept, ...(clock && { clock }) })
    // Four people with a device each, before the list.
    const logIn = () => before.tokens.issuePair(alice)
    const [active, asleep, loggedOut, stolen] = [await logIn(), await logIn(), await logIn(), await logIn()]
    await before.tokens.revoke(loggedOut.refreshToken, { reason: 'logout' })

    // Step 1: with the list. What was issued before passes, and a rotation lists its session.
    await during.tokens.verify(active.accessToken)
    const listed = await during.tokens.rotate(active.refreshToken)
    const login = await during.tokens.issuePair(alice)
    expect((await during.sessions.list(subject)).map(({ id }) => id).sort()).toEqual([active.sid, login.sid].sort())

    // Step 2: one lifetime of access tokens later, those from before have expired. Whoever was
    // active has one of a listed session.
    clock?.advance(10 * minuteMs)
    const current = await Promise.all([listed, login].map((pair) => during.tokens.rotate(pair.refreshToken)))
    clock?.advance(6 * minuteMs)
    if (clock !== undefined)
      await expect(during.tokens.verify(active.accessToken)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })

    // Step 3: with the allowlist. Whoever slept through step 1 is listed by the next rotation.
    const after = switchOn()
    for (const { accessToken } of current) await after.tokens.verify(accessToken)
    const awake = await after.tokens.rotate(asleep.refreshToken)
    for (const { refreshToken } of [...current, awake]) {
      const next = await after.tokens.rotate(refreshToken)
      await after.tokens.verify(next.accessToken)
    }
    expect(await after.sessions.count(subject)).toBe(3)

    // Who was logged out stays so, and the allowlist refuses what was never listed.
    await expect(after.tokens.rotate(loggedOut.refreshToken)).rejects.toMatchObject({ by: 'sid', reason: 'logout' })
    const claims = { ...claimsOf(stolen).access, exp: undefined }
    expect(await after.revocation.check(claims)).toMatchObject({ status: 'revoked', reason: 'not_listed' })
    await after.sessions.close(subject, awake.sid)
    await expect(after.tokens.verify(awake.accessToken)).rejects.toMatchObject({ by: 'sid' })
  })

  test('to switch it on at once refuses the access tokens from before', async () => {
    const { before, after: switchOn } = phases(await stores())
    const pair = await before.tokens.issuePair(alice)
    const after = switchOn()
    await expect(after.tokens.verify(pair.accessToken)).rejects.toMatchObject({ reason: 'not_listed' })
    const next = await after.tokens.rotate(pair.refreshToken)
    await after.tokens.verify(next.accessToken)
  })
})
