import { describe, expect, test } from 'vitest'
import { createTokenPairs, type TokenPair, type TokenPairs } from '../../src/index.ts'
import { issuerOptions, subject } from '../support/fixtures.ts'
import { alice, outcomeOf, reused, sessionWorld } from '../support/refresh-fixtures.ts'
import { scriptedSessions } from '../support/scripted-sessions.ts'

function listedWorld() {
  const world = sessionWorld({ revocation: { timeout: '20ms' } })
  const sessions = scriptedSessions(world.clock.now)
  const options = { ...issuerOptions(world.revocation), refresh: { lifetime: '24h' }, sessions } as const
  return { ...world, sessions, tokens: createTokenPairs(options) }
}

interface Ending {
  readonly title: string
  /** Spends the token, if that is needed. */
  readonly prepare?: (tokens: TokenPairs, pair: TokenPair) => Promise<unknown>
  readonly end: (tokens: TokenPairs, pair: TokenPair) => Promise<unknown>
  readonly reason: string
}

const endings: readonly Ending[] = [
  {
    title: 'revoke of a refresh token',
    end: (tokens, { refreshToken }) => tokens.revoke(refreshToken, { reason: 'logout' }),
    reason: 'logout',
  },
  {
    title: 'endSession of an access token',
    end: (tokens, { accessToken }) => tokens.endSession(accessToken, { reason: 'logout' }),
    reason: 'logout',
  },
  {
    title: 'a reuse',
    prepare: (tokens, { refreshToken }) => tokens.rotate(refreshToken),
    end: async (tokens, { refreshToken }) => {
      const outcome = await outcomeOf(tokens.rotate(refreshToken))
      // The second try finds the session revoked.
      if (!('code' in outcome && ['ERR_REFRESH_REUSED', 'ERR_TOKEN_REVOKED'].includes(String(outcome.code))))
        throw new Error('It was not ended.')
    },
    reason: 'refresh_reused',
  },
]

describe.each(endings)('$title', ({ prepare, end, reason }) => {
  async function begin() {
    const world = listedWorld()
    const pair = await world.tokens.issuePair(alice)
    const other = await world.tokens.issuePair(alice)
    await prepare?.(world.tokens, pair)
    return { ...world, pair, other }
  }

  test('closes the session, with the reason, and no other one', async () => {
    const { tokens, sessions, pair, other } = await begin()
    await end(tokens, pair)
    expect(sessions.ids()).toEqual([other.sid])
    expect(sessions.calls.at(-1)).toEqual({
      method: 'close',
      args: [subject, pair.sid, { reason, revoked: { changed: true, expiresAt: expect.any(Number) } }],
    })
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ by: 'sid', reason })
    await tokens.verify(other.accessToken)
  })

  test('closes nothing if the revocation fails, and a retry completes it', async () => {
    const { tokens, sessions, store, pair, other } = await begin()
    store.fail('record', 1)
    await expect(end(tokens, pair)).rejects.toThrow()
    expect(sessions.ids()).toEqual([pair.sid, other.sid])
    await end(tokens, pair)
    expect(sessions.ids()).toEqual([other.sid])
  })

  test.each(['without effect', 'after its effect'] as const)(
    'rejects if the list fails %s; it is refused already, and a retry completes it',
    async (failure) => {
      const { tokens, sessions, pair, other } = await begin()
      sessions.fail('close', failure)
      await expect(end(tokens, pair)).rejects.toThrow()
      await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ by: 'sid', reason })
      await end(tokens, pair)
      expect(sessions.ids()).toEqual([other.sid])
    },
  )
})

test('a reuse says so once its session is closed', async () => {
  const { tokens, sessions } = listedWorld()
  const { refreshToken } = await tokens.issuePair(alice)
  await tokens.rotate(refreshToken)
  await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(reused)
  expect(sessions.ids()).toEqual([])
})

test('a rotation of a session that was revoked elsewhere closes it on the list', async () => {
  const { tokens, sessions, revocation } = listedWorld()
  const { refreshToken, sid } = await tokens.issuePair(alice)
  await revocation.revoke({ session: sid }, { reason: 'stolen' })
  expect(sessions.ids()).toEqual([sid])
  await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ by: 'sid', reason: 'stolen' })
  expect(sessions.ids()).toEqual([])
})

test('revoke of an access token leaves its session open', async () => {
  const { tokens, sessions } = listedWorld()
  const { accessToken, sid } = await tokens.issuePair(alice)
  await tokens.revoke(accessToken)
  expect(sessions.ids()).toEqual([sid])
})
