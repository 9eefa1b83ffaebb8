import { createRevocation, type Key } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import type { TokenPair, TokenPairs } from '../../src/index.ts'
import { subject } from '../support/fixtures.ts'
import {
  alice,
  claimsOf,
  familyOf,
  raced,
  reused,
  type SessionWorld,
  sessionEnded,
  sessionTokens,
  sessionWorld,
} from '../support/refresh-fixtures.ts'

function graceful(): SessionWorld {
  return sessionWorld({ refresh: { grace: '5s' }, revocation: { claims: ['client_id'] } })
}

/** A pair that is spent, and what it was spent for. */
async function spent({ tokens, clock }: SessionWorld): Promise<readonly [old: TokenPair, next: TokenPair]> {
  const old = await tokens.issuePair({ ...alice, client_id: 'app-7' })
  clock.advance(60_000)
  return [old, await tokens.rotate(old.refreshToken)]
}

function generationOf(pair: TokenPair): readonly unknown[] {
  return [pair.sid, familyOf(claimsOf(pair).refresh)]
}

async function expectEnded(tokens: TokenPairs, pair: TokenPair): Promise<void> {
  await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject(sessionEnded)
  await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject(sessionEnded)
}

describe('within the grace', () => {
  test('every retry is answered with a pair of the same generation', async () => {
    const world = graceful()
    const [old, next] = await spent(world)
    for (const ms of [0, 1, 999, 3_000, 999]) {
      world.clock.advance(ms)
      const again = await world.tokens.rotate(old.refreshToken)
      expect(generationOf(again)).toEqual(generationOf(next))
      expect(claimsOf(again).refresh.jti).not.toBe(claimsOf(next).refresh.jti)
      await world.tokens.verify(again.accessToken)
      await world.tokens.verifyRefresh(again.refreshToken)
    }
    expect(world.store.size()).toBe(1)
  })

  test('a retry is forgiven over a store that hashes ids', async () => {
    const clock = virtualClock()
    const logKey = ({ scope, value }: Key): Key => ({ scope, value: `#${value.length}` })
    const store = { ...memoryStore({ now: clock.now }), logKey }
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
    const tokens = sessionTokens(revocation, { refresh: { grace: '5s' } })
    const old = await tokens.issuePair(alice)
    const next = await tokens.rotate(old.refreshToken)
    expect(generationOf(await tokens.rotate(old.refreshToken))).toEqual(generationOf(next))
    await tokens.verify(next.accessToken)
  })

  test('no access token out of a retry lives longer than the one that was answered first', async () => {
    const world = graceful()
    const [old, next] = await spent(world)
    world.clock.advance(4_999)
    const again = await world.tokens.rotate(old.refreshToken)
    expect(claimsOf(again).access.exp).toBe(claimsOf(next).access.exp)
  })

  test('fifty uses at the same time are answered with one generation', async () => {
    const { tokens, clock, store } = graceful()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(60_000)
    const outcomes = await raced(store, 50, () => tokens.rotate(refreshToken))
    const pairs = outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []))
    expect(pairs).toHaveLength(50)
    for (const pair of pairs) expect(generationOf(pair)).toEqual(generationOf(pairs[0] as TokenPair))
  })

  test('two successors of one token show two clients: the use of the second ends the session', async () => {
    const world = graceful()
    const { tokens, clock } = world
    const [old, one] = await spent(world)
    const other = await tokens.rotate(old.refreshToken)
    clock.advance(1_000)
    const next = await tokens.rotate(one.refreshToken)
    await expect(tokens.verifyRefresh(other.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    await expect(tokens.rotate(other.refreshToken)).rejects.toMatchObject(reused)
    await expectEnded(tokens, next)
  })

  test('and so do two successors that are used at the same time', async () => {
    const world = graceful()
    const { tokens, store } = world
    const [old, one] = await spent(world)
    const other = await tokens.rotate(old.refreshToken)
    const outcomes = await raced(store, 2, (index) => tokens.rotate([one, other][index]?.refreshToken ?? ''))
    expect(outcomes.filter((outcome) => 'value' in outcome)).toHaveLength(1)
    expect(outcomes).toContainEqual({ code: 'ERR_REFRESH_REUSED' })
    await expectEnded(tokens, one)
  })

  test('a token is not forgiven any more once its successor was used', async () => {
    const world = graceful()
    const { tokens, clock } = world
    const [old, next] = await spent(world)
    clock.advance(10)
    const last = await tokens.rotate(next.refreshToken)
    await expect(tokens.rotate(old.refreshToken)).rejects.toMatchObject(reused)
    await expectEnded(tokens, last)
  })

  test.each([
    ['its session', (sid: string) => ({ session: sid })],
    ['its subject', () => ({ subject })],
    ['its client', () => ({ claim: 'client_id', value: 'app-7' })],
    ['everything', () => ({ everything: true }) as const],
  ])('nothing is answered once %s was revoked', async (_, targetOf) => {
    const world = graceful()
    const [old, next] = await spent(world)
    await world.revocation.revoke(targetOf(old.sid))
    for (const pair of [old, next]) {
      await expect(world.tokens.rotate(pair.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
      await expect(world.tokens.verify(pair.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    }
  })

  test.each(['old', 'next'] as const)('nothing is answered after a logout with the %s refresh token', async (which) => {
    const world = graceful()
    const [old, next] = await spent(world)
    await world.tokens.revoke({ old, next }[which].refreshToken)
    for (const pair of [old, next]) {
      await expect(world.tokens.rotate(pair.refreshToken)).rejects.toMatchObject({
        code: 'ERR_TOKEN_REVOKED',
        by: 'sid',
      })
    }
  })

  test('nothing is answered if the refresh token itself was revoked', async () => {
    const world = graceful()
    const [old] = await spent(world)
    const { claims } = await world.tokens.inspect(old.refreshToken)
    await world.revocation.revoke({ token: claims })
    await expect(world.tokens.rotate(old.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'jti' })
  })
})

describe('the grace', () => {
  test.each([
    [4_999, true],
    [5_000, false],
    [5_001, false],
  ])('counts from the first use, to the millisecond: %i ms later', async (ms, forgiven) => {
    const world = graceful()
    const [old] = await spent(world)
    world.clock.advance(ms)
    const again = world.tokens.rotate(old.refreshToken)
    if (forgiven) await again
    else await expect(again).rejects.toMatchObject(reused)
  })

  test('is not renewed by retries', async () => {
    const world = graceful()
    const [old, next] = await spent(world)
    for (let retry = 0; retry < 4; retry++) {
      world.clock.advance(1_000)
      await world.tokens.rotate(old.refreshToken)
    }
    world.clock.advance(1_000)
    await expect(world.tokens.rotate(old.refreshToken)).rejects.toMatchObject(reused)
    await expectEnded(world.tokens, next)
  })

  test('forgives every other generation, however long the session lasts', async () => {
    const world = graceful()
    let [, { refreshToken }] = await spent(world)
    for (let rotation = 0; rotation < 10; rotation++) {
      world.clock.advance(4_000)
      const next = await world.tokens.rotate(refreshToken)
      expect(generationOf(await world.tokens.rotate(refreshToken))).toEqual(generationOf(next))
      world.clock.advance(4_000)
      refreshToken = (await world.tokens.rotate(next.refreshToken)).refreshToken
    }
    expect(world.store.size()).toBe(1)
  })

  test('does not forgive two generations in a row: the session ends', async () => {
    const world = graceful()
    const [old] = await spent(world)
    const again = await world.tokens.rotate(old.refreshToken)
    const next = await world.tokens.rotate(again.refreshToken)
    await expect(world.tokens.rotate(again.refreshToken)).rejects.toMatchObject(reused)
    await expectEnded(world.tokens, next)
  })

  test('is none by default', async () => {
    const { tokens, clock } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(10)
    await tokens.rotate(refreshToken)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(reused)
  })

  test('asks renew for every answer: a role that changed meanwhile is in the retry', async () => {
    const world = graceful()
    const [old] = await spent(world)
    const again = await world.tokens.rotate(old.refreshToken, { renew: (claims) => ({ ...claims, role: 'none' }) })
    expect(claimsOf(again).access['role']).toBe('none')
  })

  test('covers whoever asked within it, though the store took longer to answer', async () => {
    const { tokens, clock, store } = graceful()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(60_000)
    const spend = store.hold('record', 1)
    const both = Promise.all([tokens.rotate(refreshToken), tokens.rotate(refreshToken)])
    // Both found it unspent.
    await expect.poll(() => store.calls.filter((name) => name === 'record').length).toBe(2)
    clock.advance(5_000)
    spend()
    const [one, other] = await both
    expect(generationOf(one)).toEqual(generationOf(other))
  })
})
