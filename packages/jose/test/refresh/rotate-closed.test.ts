import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { createTokenPairs } from '../../src/index.ts'
import { issuerOptions, subject } from '../support/fixtures.ts'
import { alice, outcomeOf, sessionWorld } from '../support/refresh-fixtures.ts'
import { scriptedSessions } from '../support/scripted-sessions.ts'

/** What a rotation asks of the store, in order: the first two look-ups go out together. */
const steps = [
  ['find', 1],
  ['find', 2],
  ['record', 1],
  ['find', 3],
] as const

describe('a session that is closed while it is refreshed', () => {
  test.each(steps)('has no accepted pair afterwards (rotation held at %s %i)', async (method, nth) => {
    const { revocation, store, clock } = sessionWorld({ revocation: { timeout: '10s' } })
    const sessions = scriptedSessions(clock.now)
    const tokens = createTokenPairs({ ...issuerOptions(revocation), refresh: { lifetime: '24h' }, sessions })
    const { refreshToken, sid } = await tokens.issuePair(alice)
    const release = store.hold(method, nth)
    const countOf = (): number => store.calls.filter((name) => name === method).length
    const before = countOf()
    const rotation = outcomeOf(tokens.rotate(refreshToken))
    await eventually(() => countOf() >= before + nth, 'the rotation is held')

    // As `close` of @revoked/sessions does: first the tokens, then the list.
    await revocation.revoke({ session: sid }, { reason: 'closed' })
    await sessions.close(subject, sid)
    release()

    const outcome = await rotation
    if ('value' in outcome) {
      const refused = { code: 'ERR_TOKEN_REVOKED', by: 'sid', reason: 'closed' }
      await expect(tokens.verify(outcome.value.accessToken)).rejects.toMatchObject(refused)
      await expect(tokens.rotate(outcome.value.refreshToken)).rejects.toMatchObject(refused)
    } else expect(outcome.code).toBe('ERR_TOKEN_REVOKED')
    expect(sessions.ids()).toEqual([])
  })

  test('and not closed, is refreshed (control)', async () => {
    const { revocation, clock } = sessionWorld()
    const sessions = scriptedSessions(clock.now)
    const tokens = createTokenPairs({ ...issuerOptions(revocation), refresh: { lifetime: '24h' }, sessions })
    const { refreshToken, sid } = await tokens.issuePair(alice)
    const { accessToken } = await tokens.rotate(refreshToken)
    await tokens.verify(accessToken)
    expect(sessions.ids()).toEqual([sid])
  })
})

test('a login whose subject is closed before it has its tokens has none', async () => {
  const { revocation, store, clock } = sessionWorld({ revocation: { timeout: '10s' } })
  const sessions = scriptedSessions(clock.now)
  const tokens = createTokenPairs({ ...issuerOptions(revocation), refresh: { lifetime: '24h' }, sessions })
  const release = store.hold('find', 1)
  const login = outcomeOf(tokens.issuePair(alice))
  await eventually(() => store.calls.includes('find'), 'the session is open, and the tokens are not signed')
  clock.advance(100)
  await revocation.revoke({ subject })
  clock.advance(2_000)
  release()
  expect(await login).toEqual({ code: 'ERR_TOKEN_REVOKED' })
  expect(sessions.ids()).toEqual([])
  // A later one is not affected.
  await tokens.verify((await tokens.issuePair(alice)).accessToken)
})
