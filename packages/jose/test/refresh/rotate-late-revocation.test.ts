import { createRevocation, type RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { subject } from '../support/fixtures.ts'
import { alice, outcomeOf, sessionTokens, sessionWorld } from '../support/refresh-fixtures.ts'
import { createTimeline, type Latencies, laneStore } from '../support/timeline.ts'

const hour = 3_600_000

/**
 * A rotation, and the recording of a revocation that looks back further than pairs are dated back.
 */
interface Schedule {
  readonly revokeAt: number
  readonly lookBack: number
  readonly rotation: Required<Latencies>
  readonly grace: number
  readonly retry: boolean
}

const schedules: fc.Arbitrary<Schedule> = fc.record({
  revokeAt: fc.integer({ min: 0, max: 3_000 }),
  lookBack: fc.integer({ min: 66_000, max: hour - 1_000 }),
  rotation: fc.record({
    find: fc.integer({ min: 0, max: 400 }),
    findAnswer: fc.integer({ min: 0, max: 400 }),
    record: fc.integer({ min: 0, max: 2_000 }),
    recordAnswer: fc.integer({ min: 0, max: 900 }),
  }),
  grace: fc.constantFrom(0, 30),
  retry: fc.boolean(),
})

/** Runs a schedule. Resolves to whether a pair was answered, and when what took effect. */
async function run({ revokeAt, lookBack, rotation, grace, retry }: Schedule) {
  const timeline = createTimeline(virtualClock())
  const { clock } = timeline
  const inner = memoryStore({ now: clock.now })
  const effects: Record<string, number> = {}
  const observed: RevocationStore = {
    ...inner,
    record: (marks) => {
      for (const { key } of marks) effects[key.scope] = clock.now()
      return inner.record(marks)
    },
  }
  const over = (store: RevocationStore) => createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
  const tokensOver = (store: RevocationStore) => sessionTokens(over(store), { refresh: { grace } })
  const { refreshToken } = await tokensOver(observed).issuePair(alice)
  clock.advance(hour)
  if (retry && grace > 0) await tokensOver(observed).rotate(refreshToken)
  const beginsAt = clock.now()
  const rotating = timeline.start(beginsAt, (lane) =>
    tokensOver(laneStore(observed, lane, rotation)).rotate(refreshToken),
  )
  const revoking = timeline.start(beginsAt + revokeAt, () =>
    over(observed).revoke({ subject }, { issuedBefore: clock.now() - lookBack }),
  )
  await timeline.run()
  await revoking
  const rotated = await outcomeOf(rotating)
  return {
    isAnswered: 'value' in rotated,
    rotated,
    revokedAt: effects['sub'] ?? Infinity,
    spentAt: effects['fam'] ?? 0,
  }
}

describe('a revocation that looks back, or that arrives late,', () => {
  test('refuses the rotation if it was recorded before the token was spent', async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const { isAnswered, rotated, revokedAt, spentAt } = await run(schedule)
        if (!isAnswered) expect(rotated).toEqual({ code: 'ERR_TOKEN_REVOKED' })
        if (revokedAt <= spentAt) {
          expect(isAnswered).toBe(false)
          refused += 1
        }
      }),
      { numRuns: 300, examples: [[worst]] },
    )
    expect(refused).toBeGreaterThan(20)
  })

  /** Recorded while the spending is under way. */
  const worst: Schedule = {
    revokeAt: 500,
    lookBack: 600_000,
    rotation: { find: 0, findAnswer: 0, record: 1_000, recordAnswer: 0 },
    grace: 0,
    retry: false,
  }

  test('refuses the rotation if it was recorded while renew was running', async () => {
    const { tokens, revocation, clock } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(hour)
    const renew = async <T>(claims: T): Promise<T> => {
      await revocation.revoke({ subject }, { issuedBefore: clock.now() - 600_000 })
      return claims
    }
    await expect(tokens.rotate(refreshToken, { renew })).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
  })

  test('of what renew changed the client to refuses the rotation, too', async () => {
    const { tokens, revocation, clock, store } = sessionWorld({ revocation: { claims: ['client_id'] } })
    const { refreshToken } = await tokens.issuePair({ ...alice, client_id: 'app-7' })
    clock.advance(hour)
    const spend = store.hold('record', 1)
    const rotating = outcomeOf(tokens.rotate(refreshToken, { renew: (claims) => ({ ...claims, client_id: 'app-8' }) }))
    await expect.poll(() => store.calls).toContain('record')
    await revocation.revoke({ claim: 'client_id', value: 'app-8' })
    spend()
    expect(await rotating).toEqual({ code: 'ERR_TOKEN_REVOKED' })
  })
})
