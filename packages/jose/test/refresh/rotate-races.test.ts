import { createRevocation, type RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IssueClaims, TokenPair, TokenPairs } from '../../src/index.ts'
import { goodClaims, issuer, signByHand, subject } from '../support/fixtures.ts'
import {
  alice,
  claimsOf,
  outcomeOf,
  raced,
  reused,
  sessionEnded,
  sessionTokens,
  sessionWorld,
} from '../support/refresh-fixtures.ts'
import { createTimeline, type Latencies, laneStore } from '../support/timeline.ts'

/** Ms of a login, a rotation and a revocation of the subject that overlap somehow. */
interface Schedule {
  readonly age: number
  readonly revokeAt: number
  readonly write: number
  readonly rotation: Latencies
  readonly grace: number
}

const writeTimeout = 5_000

const schedules: fc.Arbitrary<Schedule> = fc.record({
  age: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constantFrom(1, 2, 750, 1_750)),
  revokeAt: fc.oneof(fc.integer({ min: -7_000, max: 7_000 }), fc.integer({ min: -5_050, max: -4_950 })),
  write: fc.oneof(fc.integer({ min: 0, max: writeTimeout }), fc.integer({ min: writeTimeout - 50, max: writeTimeout })),
  rotation: fc.record({
    find: fc.integer({ min: 0, max: 900 }),
    findAnswer: fc.integer({ min: 0, max: 90 }),
    record: fc.integer({ min: 0, max: 4_000 }),
    recordAnswer: fc.integer({ min: 0, max: 900 }),
  }),
  grace: fc.constantFrom(0, 30),
})

type Rotate = (tokens: TokenPairs, pair: TokenPair) => Promise<TokenPair>

/** Runs a schedule. `true`: the revocation resolved, and a pair outlived it. */
async function survives({ age, revokeAt, write, rotation, grace }: Schedule, rotate: Rotate): Promise<boolean> {
  const timeline = createTimeline(virtualClock())
  const { clock } = timeline
  const inner = memoryStore({ now: clock.now })
  const over = (store: RevocationStore) => createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
  const tokensOver = (store: RevocationStore) => sessionTokens(over(store), { refresh: { grace } })
  const atOnce = tokensOver(inner)
  const pair = await atOnce.issuePair(alice)
  const startAt = clock.now() + age
  // Not before the login: that one is a matter of `issue`.
  const beginsAt = Math.max(startAt + revokeAt, clock.now() + 1)
  const rotating = timeline.start(startAt, (lane) => rotate(tokensOver(laneStore(inner, lane, rotation)), pair))
  const revoking = timeline.start(beginsAt, (lane) =>
    over(laneStore(inner, lane, { record: write })).revoke({ subject }),
  )
  await timeline.run()
  const [rotated, revoked] = await Promise.all([outcomeOf(rotating), outcomeOf(revoking)])
  if (!('value' in revoked)) throw new Error('The revocation was to resolve.', { cause: revoked.code })
  if (!('value' in rotated)) {
    if (rotated.code !== 'ERR_TOKEN_REVOKED') throw new Error('Refused for another reason.', { cause: rotated.code })
    return false
  }
  const next = rotated.value
  clock.advance(1)
  const passes = await Promise.all([
    outcomeOf(atOnce.verify(next.accessToken)),
    outcomeOf(atOnce.rotate(next.refreshToken)),
  ])
  return passes.some((outcome) => 'value' in outcome)
}

describe('a revocation of the subject that is begun before, during or after a rotation', () => {
  test('reaches the new pair, or the rotation is refused', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        expect(await survives(schedule, (tokens, { refreshToken }) => tokens.rotate(refreshToken))).toBe(false)
      }),
      { numRuns: 250, examples: [[worst]] },
    )
  })

  const worst: Schedule = {
    age: 60_000,
    revokeAt: -4_990,
    write: 5_000,
    rotation: { find: 0, findAnswer: 0, record: 100, recordAnswer: 0 },
    grace: 0,
  }

  test('would not reach a pair that was stamped with the time of day: such a schedule is among them', async () => {
    const stamped: Rotate = async (tokens, pair) => {
      await tokens.verifyRefresh(pair.refreshToken)
      const next = await tokens.issuePair({ ...alice, sid: pair.sid })
      return next
    }
    expect(await survives(worst, stamped)).toBe(true)
    const found = await fc.check(
      fc.asyncProperty(schedules, async (schedule) => !(await survives(schedule, stamped))),
      { numRuns: 400, endOnFailure: true },
    )
    expect(found.failed).toBe(true)
  })

  test.each([
    ['a whole second, in the millisecond of the login', 750, 0],
    ['the exact instant of a login, in the millisecond of the login', 0, 0],
    ['the exact instant of a login, a moment later by a clock with fractions', 0.25, 0.5],
  ])('reaches the new pair of a token that carries %s', async (_, advance, later) => {
    const clock = virtualClock()
    clock.advance(advance)
    const store = memoryStore({ now: clock.now })
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
    const tokens = sessionTokens(revocation)
    // If the subject was revoked within this second, a login carries the exact instant.
    if (advance < 1) await revocation.revoke({ subject }, { issuedBefore: clock.now() - 10 })
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(later)
    // Begun now, stored after the rotation: within the deadline of a revocation.
    const begunAt = clock.now()
    clock.advance(100)
    const next = await tokens.rotate(refreshToken)
    await store.record([
      { key: { scope: 'sub', value: subject }, mark: { cutoff: begunAt, expiresAt: begunAt + 86_460_000 } },
    ])
    await expect(tokens.verify(next.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
    await expect(tokens.rotate(next.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
  })
})

/**
 * A rotation that has found the token unspent, and spends it when it is told to go on. Seconds pass
 * meanwhile.
 */
async function overtaken(grace: '0s' | '30s') {
  const world = sessionWorld({ refresh: { grace } })
  const { refreshToken } = await world.tokens.issuePair(alice)
  world.clock.advance(60_000)
  let goOn = (): void => undefined
  const renewing = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let isAsked = false
  const renew = async (claims: IssueClaims): Promise<IssueClaims> => {
    isAsked = true
    await renewing
    world.clock.advance(5_000)
    return claims
  }
  const slow = world.tokens.rotate(refreshToken, { renew })
  await expect.poll(() => isAsked).toBe(true)
  world.clock.advance(5_000)
  return { world, refreshToken, goOn, slow }
}

describe('uses at the same time', () => {
  test('of one token: one pair, and the session ends', async () => {
    const { tokens, clock, store } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(10)
    const outcomes = await raced(store, 50, () => tokens.rotate(refreshToken))
    const pairs = outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []))
    expect(pairs).toHaveLength(1)
    for (const pair of pairs) {
      await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sid' })
    }
  })

  test('without a grace: who began first and spends second is not forgiven', async () => {
    const { world, refreshToken, goOn, slow } = await overtaken('0s')
    const next = await world.tokens.rotate(refreshToken)
    goOn()
    await expect(slow).rejects.toMatchObject(reused)
    await expect(world.tokens.verify(next.accessToken)).rejects.toMatchObject(sessionEnded)
  })

  test('within the grace: who is overtaken by the use of the successor as well is not forgiven', async () => {
    const { world, refreshToken, goOn, slow } = await overtaken('30s')
    const next = await world.tokens.rotate(refreshToken)
    world.clock.advance(10)
    const last = await world.tokens.rotate(next.refreshToken)
    goOn()
    await expect(slow).rejects.toMatchObject(reused)
    await expect(world.tokens.verify(last.accessToken)).rejects.toMatchObject(sessionEnded)
  })

  test('within the grace: an overtaken use gets the same generation, and no longer life', async () => {
    const { world, refreshToken, goOn, slow } = await overtaken('30s')
    const next = await world.tokens.rotate(refreshToken)
    goOn()
    const other = await slow
    const [one, two] = [next, other].map((pair) => claimsOf(pair))
    expect(two?.refresh['fam']).toEqual(one?.refresh['fam'])
    expect(two?.access.exp).toBeLessThanOrEqual(one?.access.exp ?? 0)
  })

  test('of tokens of different sessions do not concern each other', async () => {
    const { tokens, clock } = sessionWorld()
    const pairs = await Promise.all(Array.from({ length: 50 }, () => tokens.issuePair(alice)))
    clock.advance(10)
    const next = await Promise.all(pairs.map(({ refreshToken }) => tokens.rotate(refreshToken)))
    await Promise.all(next.map(({ accessToken }) => tokens.verify(accessToken)))
  })
})

test('a token from a clock that is ahead rotates within the tolerance, and is refused beyond it', async () => {
  const { tokens, clock } = sessionWorld()
  const fam = { id: 'family', generation: 1 }
  const claims = goodClaims(clock.now() + 90_000, { aud: issuer, sid: 'laptop', fam })
  const token = await signByHand(claims, undefined, { alg: 'HS256', typ: 'rt+jwt' })
  await expect(tokens.rotate(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_LIFETIME', status: 401 })
  clock.advance(30_000)
  const next = await tokens.rotate(token)
  await tokens.verify(next.accessToken)
  await tokens.rotate(next.refreshToken)
})
