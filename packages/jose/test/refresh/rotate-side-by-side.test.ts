import { createRevocation, type RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TokenPair } from '../../src/index.ts'
import { alice, outcomeOf, reused, sessionEnded, sessionTokens, sessionWorld } from '../support/refresh-fixtures.ts'
import { createTimeline, type Latencies, laneStore } from '../support/timeline.ts'

const graceMs = 30_000

/**
 * When one of two clients refreshes, each time with its latest token, and how long the store takes.
 */
interface Habit {
  readonly pauses: readonly number[]
  readonly latencies: Latencies
}

const habit: fc.Arbitrary<Habit> = fc.record({
  // Far shorter than the grace, so that only the rules and not the time tell the two apart.
  pauses: fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 4, maxLength: 8 }),
  latencies: fc.record({
    find: fc.integer({ min: 0, max: 300 }),
    findAnswer: fc.integer({ min: 0, max: 300 }),
    record: fc.integer({ min: 0, max: 300 }),
    recordAnswer: fc.integer({ min: 0, max: 300 }),
  }),
})

/** Lets two clients refresh from the same token on. Resolves to how many pairs each of them got. */
async function sideBySide(habits: readonly Habit[]): Promise<readonly number[]> {
  const timeline = createTimeline(virtualClock())
  const { clock } = timeline
  const inner = memoryStore({ now: clock.now })
  const tokensOver = (store: RevocationStore) =>
    sessionTokens(createRevocation({ store, maxTokenLifetime: '24h', now: clock.now }), {
      refresh: { grace: graceMs / 1_000 },
    })
  const stolen = await tokensOver(inner).issuePair(alice)
  clock.advance(900_000)
  const clients = habits.map(({ pauses, latencies }) =>
    timeline.start(clock.now(), async (lane) => {
      const tokens = tokensOver(laneStore(inner, lane, latencies))
      let pair: TokenPair = stolen
      for (const [generations, pause] of pauses.entries()) {
        await lane.wait(pause)
        const outcome = await outcomeOf(tokens.rotate(pair.refreshToken))
        if (!('value' in outcome)) return generations
        pair = outcome.value
      }
      return pauses.length
    }),
  )
  await timeline.run()
  return await Promise.all(clients)
}

describe('an owner and a thief who refresh side by side within the grace', () => {
  test('never go on for more than two generations, whatever the schedule', async () => {
    await fc.assert(
      fc.asyncProperty(habit, habit, async (owner, thief) => {
        expect(Math.min(...(await sideBySide([owner, thief])))).toBeLessThanOrEqual(2)
      }),
      { numRuns: 100 },
    )
  })

  test('end the session for both with their second refresh', async () => {
    const { tokens, clock } = sessionWorld({ refresh: { grace: graceMs / 1_000 } })
    const stolen = await tokens.issuePair(alice)
    clock.advance(900_000)
    const owner = await tokens.rotate(stolen.refreshToken)
    const thief = await tokens.rotate(stolen.refreshToken)
    clock.advance(1_000)
    const next = await tokens.rotate(thief.refreshToken)
    await expect(tokens.rotate(owner.refreshToken)).rejects.toMatchObject(reused)
    await expect(tokens.verify(next.accessToken)).rejects.toMatchObject(sessionEnded)
    await expect(tokens.rotate(next.refreshToken)).rejects.toMatchObject(sessionEnded)
  })
})

/** What happens to one refresh of an honest client. */
type Fate = 'answered' | 'lost once' | 'lost twice' | 'asked twice at once'

const fates: fc.Arbitrary<readonly Fate[]> = fc
  .array(fc.constantFrom<Fate>('answered', 'lost once', 'lost twice', 'asked twice at once'), {
    minLength: 5,
    maxLength: 25,
  })
  // Not two in a row.
  .map((all) => all.map((fate, index) => (index % 2 === 0 ? fate : 'answered')))

describe('a single client', () => {
  test('keeps its session if it does not ask twice for two tokens in a row', async () => {
    await fc.assert(
      fc.asyncProperty(fates, fc.nat(4_000), async (all, delay) => {
        const { tokens, clock } = sessionWorld({ refresh: { grace: graceMs / 1_000 } })
        let pair = await tokens.issuePair(alice)
        for (const fate of all) {
          clock.advance(600_000)
          const ask = (): Promise<TokenPair> => tokens.rotate(pair.refreshToken)
          const askAgain = (): Promise<TokenPair> => {
            clock.advance(delay)
            return ask()
          }
          if (fate === 'asked twice at once') {
            const both = await Promise.all([ask(), ask()])
            pair = both[delay % 2] ?? pair
            continue
          }
          let answer = await ask()
          if (fate !== 'answered') answer = await askAgain()
          if (fate === 'lost twice') answer = await askAgain()
          pair = answer
        }
        await tokens.verify(pair.accessToken)
        await tokens.rotate(pair.refreshToken)
      }),
      { numRuns: 40 },
    )
  })
})
