/** Logouts by an OpenID provider, and the list of open sessions. */
import { createRevocation, type RevocationStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { createSessions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { createLogoutTokens, createTokenPairs, type SessionCloser } from '../../src/index.ts'
import { issuer, issuerOptions, secret, signByHand, subject } from '../support/fixtures.ts'
import { clientId, logoutEvent, revoked, unavailable } from '../support/logout-fixtures.ts'
import { connect, durable, start } from '../support/redis-instances.ts'

const providerSid = 'sid-of-the-provider'

interface Stores {
  readonly marks: RevocationStore
  readonly list: SessionStore
}

/**
 * Logins with the `sid` and `sub` of a provider, which logs them out. All by the system's clock.
 */
function setUp({ marks, list }: Stores, closer?: (sessions: SessionCloser) => SessionCloser) {
  const revocation = createRevocation({ store: marks, maxTokenLifetime: '30d' })
  const sessions = createSessions({ store: list, revocation, idleTimeout: '7d', absoluteLifetime: '30d' })
  const tokens = createTokenPairs({ ...issuerOptions(revocation), refresh: { lifetime: '30d' }, sessions })
  const logoutTokens = createLogoutTokens({
    ...{ ...issuerOptions(revocation), audience: clientId },
    sessions: closer === undefined ? sessions : closer(sessions),
  })

  /** A logout token of a second ago, or more. */
  function logout(changes: Readonly<Record<string, unknown>>, secondsAgo = 0): Promise<string> {
    const iat = Math.floor(Date.now() / 1_000) - secondsAgo
    const claims = { iss: issuer, aud: clientId, iat, exp: iat + 120, jti: 'logout-1', events: { [logoutEvent]: {} } }
    return signByHand({ ...claims, ...changes }, secret, { alg: 'HS256', typ: undefined })
  }

  const idsOf = async (sub: string) => (await sessions.list(sub)).map(({ id }) => id)
  return { revocation, sessions, tokens, logoutTokens, logout, idsOf }
}

/** Waits until a logout token of this second comes after what was opened until now. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1_000)
  await eventually(() => Math.floor(Date.now() / 1_000) > second, 'the second is over')
}

describe.each(['memory', 'Redis'])('a logout token over %s', (kind) => {
  async function stores(): Promise<Stores> {
    if (kind === 'memory') return { marks: memoryStore(), list: memorySessions() }
    const client = await connect((await start()).port)
    return { marks: redisStore(client), list: redisSessions(client) }
  }

  test('with a sid closes that session of the subject, and no other one', async () => {
    const { tokens, logoutTokens, logout, idsOf } = setUp(await stores())
    const pair = await tokens.issuePair({ sub: subject, sid: providerSid })
    const other = await tokens.issuePair({ sub: subject })
    const ofBob = await tokens.issuePair({ sub: 'bob', sid: providerSid })
    await logoutTokens.redeem(await logout({ sub: subject, sid: providerSid }))
    expect(await idsOf(subject)).toEqual([other.sid])
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ ...revoked, by: 'sid' })
    // Marks know a session by its id alone, and the list knows it by its subject, too.
    expect(await idsOf('bob')).toEqual([ofBob.sid])
  })

  test('with a sub closes all that the subject opened before, and no later login', async () => {
    const { tokens, logoutTokens, logout, idsOf } = setUp(await stores())
    const before = [await tokens.issuePair({ sub: subject }), await tokens.issuePair({ sub: subject })]
    const ofBob = await tokens.issuePair({ sub: 'bob' })
    await nextSecond()
    const logoutToken = await logout({ sub: subject })
    await nextSecond()
    const since = await tokens.issuePair({ sub: subject })
    expect(await logoutTokens.redeem(logoutToken)).toEqual({ changed: true })
    expect(await idsOf(subject)).toEqual([since.sid])
    expect(await idsOf('bob')).toEqual([ofBob.sid])
    for (const { accessToken } of before)
      await expect(tokens.verify(accessToken)).rejects.toMatchObject({ ...revoked, by: 'sub' })
    await tokens.verify(since.accessToken)
  })

  test('with a sid and no sub revokes the session, which the list cannot find', async () => {
    const { tokens, logoutTokens, logout, idsOf } = setUp(await stores())
    const pair = await tokens.issuePair({ sub: subject, sid: providerSid })
    await logoutTokens.redeem(await logout({ sid: providerSid }))
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject(revoked)
    expect(await idsOf(subject)).toEqual([providerSid])
    await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject(revoked)
    expect(await idsOf(subject)).toEqual([])
  })
})

describe('if half of a logout fails', () => {
  const targets = [
    ['sid', { sub: subject, sid: providerSid }],
    ['sub', { sub: subject }],
  ] as const

  /** A store each call of which fails for as long as `isDown`. */
  function failing<Store extends object>(store: Store, method: keyof Store & string) {
    const state = { isDown: false }
    const call = store[method] as (...args: unknown[]) => unknown
    const replaced = (...args: unknown[]) => (state.isDown ? Promise.reject(new Error('down')) : call(...args))
    return { state, store: { ...store, [method]: replaced } }
  }

  test.each(targets)('the list, by %s: it is refused already, and the retry closes it', async (by, target) => {
    const method = by === 'sid' ? 'close' : 'closeAll'
    const { state, store: list } = failing(memorySessions(), method)
    const { tokens, logoutTokens, logout, idsOf } = setUp({ marks: memoryStore(), list })
    const pair = await tokens.issuePair({ sub: subject, sid: providerSid })
    await nextSecond()
    const logoutToken = await logout(target)
    state.isDown = true
    await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(unavailable)
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ ...revoked, by })
    state.isDown = false
    expect(await idsOf(subject)).toEqual([providerSid])
    expect(await logoutTokens.redeem(logoutToken)).toEqual({ changed: false })
    expect(await idsOf(subject)).toEqual([])
  })

  test.each(targets)('the revocation, by %s: nothing is closed, and the retry does both', async (_, target) => {
    const { state, store: marks } = failing(memoryStore(), 'record')
    const { tokens, logoutTokens, logout, idsOf } = setUp({ marks, list: memorySessions() })
    const pair = await tokens.issuePair({ sub: subject, sid: providerSid })
    await nextSecond()
    const logoutToken = await logout(target)
    state.isDown = true
    await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(unavailable)
    expect(await idsOf(subject)).toEqual([providerSid])
    await tokens.verify(pair.accessToken)
    state.isDown = false
    expect(await logoutTokens.redeem(logoutToken)).toEqual({ changed: true })
    expect(await idsOf(subject)).toEqual([])
  })

  test('the list does not answer: it rejects in time', async () => {
    const hanging = (): Promise<never> => new Promise(() => undefined)
    const marks = memoryStore()
    const revocation = createRevocation({ store: marks, maxTokenLifetime: '30d', timeout: '20ms' })
    const sessions = { close: hanging, closeAll: hanging }
    const logoutTokens = createLogoutTokens({ ...issuerOptions(revocation), audience: clientId, sessions })
    const { logout } = setUp({ marks, list: memorySessions() })
    for (const [, target] of targets)
      await expect(logoutTokens.redeem(await logout(target))).rejects.toMatchObject(unavailable)
  })

  test.each(targets)('the server of the list is killed, by %s: recover closes it afterwards', async (by, target) => {
    const [marks, listServer] = [await connect((await start()).port), await start(await durable())]
    const client = await connect(listServer.port)
    const world = setUp({ marks: redisStore(marks), list: redisSessions(client) })
    const { tokens, logoutTokens, logout, idsOf } = world
    const pair = await tokens.issuePair({ sub: subject, sid: providerSid })
    await nextSecond()
    const lost = { logoutToken: await logout(target), receivedAt: Date.now() }
    listServer.kill('SIGKILL')
    await expect(logoutTokens.redeem(lost.logoutToken)).rejects.toMatchObject(unavailable)
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ ...revoked, by })
    await listServer.restart({ keepsData: true })
    await eventually(() => client.status === 'ready', 'the list is back')
    expect(await idsOf(subject)).toEqual([providerSid])
    expect(await logoutTokens.recover(lost)).toEqual({ changed: false })
    expect(await idsOf(subject)).toEqual([])
  })
})

test.each([{}, { close: () => undefined }, null])('sessions must come from createSessions, unlike %j', (sessions) => {
  const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '30d' })
  const options = { ...issuerOptions(revocation), audience: clientId, sessions: sessions as never }
  expect(() => createLogoutTokens(options)).toThrow(/^sessions .* no close/)
})
