import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { createTokenPairs, type SessionRegistry } from '../../src/index.ts'
import { issuerOptions, rejectionOf, subject } from '../support/fixtures.ts'
import { alice, claimsOf, type SessionWorldOptions, sessionTokens, sessionWorld } from '../support/refresh-fixtures.ts'
import { scriptedSessions } from '../support/scripted-sessions.ts'

const day = 86_400_000
const over = { code: 'ERR_TOKEN_REVOKED', status: 401, by: 'sid', reason: 'session_over' }

function listedWorld(options: SessionWorldOptions = {}, lifetimeMs?: number) {
  const world = sessionWorld({ revocation: { maxTokenLifetime: '30d', timeout: '20ms' }, ...options })
  const sessions = scriptedSessions(world.clock.now, lifetimeMs)
  const create = (changes: SessionWorldOptions = options) =>
    createTokenPairs({
      ...issuerOptions(world.revocation, changes.tokens),
      refresh: { lifetime: '24h', ...changes.refresh },
      sessions,
    })
  return { ...world, sessions, create, unlisted: world.tokens, tokens: create() }
}

describe('a login', () => {
  test('opens a session, whose id is the sid', async () => {
    const { tokens, sessions } = listedWorld()
    const device = { name: 'phone' }
    const pair = await tokens.issuePair(alice, { device, lifetime: 3_600 })
    expect(sessions.calls).toEqual([{ method: 'open', args: [{ subject, device, lifetime: 3_600 }] }])
    expect(sessions.ids()).toEqual([pair.sid])
    expect(claimsOf(pair)).toMatchObject({ access: { sid: pair.sid }, refresh: { sid: pair.sid } })
  })

  test('opens the session that it names', async () => {
    const { tokens, sessions } = listedWorld()
    expect(await tokens.issuePair({ ...alice, sid: 'chosen' })).toMatchObject({ sid: 'chosen' })
    expect(sessions.ids()).toEqual(['chosen'])
  })

  test('is bounded by the end of the session on the list', async () => {
    const { tokens, clock } = listedWorld({}, 7_200_500)
    const pair = await tokens.issuePair(alice)
    const end = Math.floor((clock.now() + 7_200_500) / 1_000) * 1_000
    expect(pair).toMatchObject({ refreshExpiresAt: end, sessionEndsAt: end })
  })

  test.each(['without effect', 'after its effect'] as const)('rejects if the list fails %s', async (failure) => {
    const { tokens, sessions } = listedWorld()
    sessions.fail('open', failure)
    await expect(tokens.issuePair(alice)).rejects.toThrow()
    await expect(tokens.issuePair(alice)).resolves.toHaveProperty('refreshToken')
  })

  test('rejects with 503 if the list does not answer', async () => {
    const { tokens, sessions } = listedWorld()
    sessions.hang('open')
    await expect(tokens.issuePair(alice)).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503 })
  })

  test('closes its session again if it opens after the deadline', async () => {
    const { tokens, sessions } = listedWorld()
    const release = sessions.hold('open')
    await expect(tokens.issuePair(alice)).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503 })
    release()
    await eventually(() => sessions.calls.length === 2, 'the session is closed')
    expect(sessions.calls[1]).toEqual({ method: 'close', args: [subject, 's-1', { reason: 'not_issued' }] })
    expect(sessions.ids()).toEqual([])
  })

  test('leaves a session open that it named, and that opens after the deadline', async () => {
    const { tokens, sessions } = listedWorld()
    const release = sessions.hold('open')
    await expect(tokens.issuePair({ ...alice, sid: 'chosen' })).rejects.toMatchObject({ status: 503 })
    release()
    await eventually(() => sessions.ids().length === 1, 'the session is open')
    await tokens.issuePair({ ...alice, sid: 'chosen' })
    expect(sessions.calls.map(({ method }) => method)).toEqual(['open', 'open'])
  })

  test('closes its session again if there are no tokens', async () => {
    const { tokens, sessions, store } = listedWorld()
    store.fail('find', 1)
    await expect(tokens.issuePair(alice)).rejects.toMatchObject({ status: 503 })
    expect(sessions.ids()).toEqual([])
  })

  test('leaves a session open that it named', async () => {
    const { tokens, sessions, store } = listedWorld()
    const { sid } = await tokens.issuePair({ ...alice, sid: 'chosen' })
    store.fail('find', 1)
    await expect(tokens.issuePair({ ...alice, sid })).rejects.toMatchObject({ status: 503 })
    expect(sessions.ids()).toEqual([sid])
  })

  test.each([{ sub: '' }, { sub: 7 }, { sub: 'a', sid: null }, { sub: 'a', sid: '' }])(
    'opens nothing for %j',
    async (claims) => {
      const { tokens, sessions } = listedWorld()
      expect(await rejectionOf(tokens.issuePair(claims as typeof alice))).toBeInstanceOf(TypeError)
      expect(sessions.calls).toEqual([])
    },
  )
})

describe('a rotation', () => {
  test('notes the use of the session', async () => {
    const { tokens, sessions } = listedWorld()
    const { refreshToken, sid } = await tokens.issuePair(alice)
    await tokens.rotate(refreshToken)
    expect(sessions.calls.slice(1)).toEqual([{ method: 'touch', args: [subject, sid] }])
  })

  test('refuses a session that is not open, and revokes it', async () => {
    const { tokens, sessions } = listedWorld()
    const { accessToken, refreshToken, sid } = await tokens.issuePair(alice)
    await sessions.close(subject, sid)
    await tokens.verify(accessToken)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(over)
    await expect(tokens.verify(accessToken)).rejects.toMatchObject(over)
  })

  test('leaves the token as good as before if the list fails', async () => {
    const { tokens, sessions } = listedWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    sessions.fail('touch')
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ cause: { message: 'connect ECONNREFUSED' } })
    sessions.hang('touch')
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ status: 503 })
    await tokens.rotate(refreshToken)
  })

  test('neither extends nor shortens the session on another instance', async () => {
    const { tokens, create, clock } = listedWorld({ refresh: { lifetime: '12h' } })
    const [short, long] = [tokens, create({ refresh: { lifetime: '30d' } })]
    const brief = await short.issuePair(alice, { lifetime: 43_200 })
    const lasting = await long.issuePair(alice, { lifetime: 20 * 86_400 })
    clock.advance(3_600_000)
    expect(await long.rotate(brief.refreshToken)).toMatchObject({ refreshExpiresAt: brief.refreshExpiresAt })
    expect(await short.rotate(lasting.refreshToken)).toMatchObject({ refreshExpiresAt: lasting.refreshExpiresAt })
    clock.advance(day)
    await expect(long.rotate(brief.refreshToken)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })
  })

  test('lists a session that was begun without the list, once', async () => {
    const { tokens, unlisted, sessions, clock } = listedWorld()
    const { refreshToken, sid } = await unlisted.issuePair(alice)
    const openedAt = Math.floor(clock.now() / 1_000) * 1_000
    const next = await tokens.rotate(refreshToken)
    await tokens.rotate(next.refreshToken)
    expect(sessions.calls).toEqual([
      { method: 'open', args: [{ subject, id: sid, openedAt }] },
      { method: 'touch', args: [subject, sid] },
    ])
  })
})

test('a device needs the list, and the list its methods', async () => {
  const { unlisted, revocation } = listedWorld()
  expect(await rejectionOf(unlisted.issuePair(alice, { device: 'phone' }))).toBeInstanceOf(TypeError)
  expect(await rejectionOf(unlisted.issue(alice, { device: 'phone' }))).toBeInstanceOf(TypeError)
  const sessions = { open: () => undefined } as unknown as SessionRegistry
  const options = { ...issuerOptions(revocation), refresh: { lifetime: '24h' }, sessions } as const
  expect(() => createTokenPairs(options)).toThrow(/^sessions .* no touch method/)
  expect(() => sessionTokens(revocation, {})).not.toThrow()
})
