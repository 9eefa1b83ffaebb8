// No token that was issued before the commit survives, in any order and at any distance in time.
import { createRevocation } from '@revoked/core'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withTransactions } from '@revoked/testing/transactional-store'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { someClaims, startMs, virtualClock } from '../support/claims.ts'
import { followableStore } from '../support/followable-store.ts'

/** Times in ms, from the call of `revoke` on. */
const schedule = fc
  .record({
    marginMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000 })),
    commitAfter: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 300_000 })),
    afterCommitAfter: fc.integer({ min: 0, max: 10_000 }),
    issuedAfter: fc.array(fc.integer({ min: -5_000, max: 400_000 }), { minLength: 1, maxLength: 12 }),
    stampsSeconds: fc.boolean(),
    target: fc.constantFrom({ subject: 'alice' }, { everything: true } as const),
  })
  .map((one) => ({ ...one, issuedAfter: [...one.issuedAfter, one.commitAfter, one.marginMs, one.marginMs + 1] }))

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never

/** Runs a transaction, and returns what becomes of tokens that were issued at the given times. */
async function run({ marginMs, commitAfter, afterCommitAfter, target }: Schedule) {
  const clock = virtualClock()
  const store = withTransactions(followableStore(clock), clock)
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
  const transaction = beginTransaction()
  const inside = revocation.within(transaction, { margin: `${marginMs}ms` })
  await inside.revoke(target)
  clock.advance(commitAfter)
  await transaction.commit()
  return {
    afterCommit: async () => {
      clock.advance(afterCommitAfter)
      return await inside.afterCommit()
    },
    passes: async (issuedAt: number): Promise<boolean> => {
      clock.set(Math.max(clock.now(), startMs + commitAfter, issuedAt))
      const iat = issuedAt / 1_000
      return (await revocation.check(someClaims({ iat, exp: iat + 3_600 }))).allowed
    },
  }
}

test('with afterCommit, no token survives that was issued before the commit', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (drawn) => {
      const { afterCommit, passes } = await run(drawn)
      const { at, reissueAt = 0 } = await afterCommit()
      const reach = Math.max(at, startMs + drawn.marginMs)
      for (const ms of drawn.issuedAfter) {
        const issuedAt = startMs + ms
        const stamped = drawn.stampsSeconds ? Math.floor(issuedAt / 1_000) * 1_000 : issuedAt
        if (issuedAt <= startMs + drawn.commitAfter) expect(await passes(stamped)).toBe(false)
        expect(await passes(stamped)).toBe(stamped > reach)
      }
      expect(await passes(Math.max(reissueAt * 1_000, Math.floor(reach / 1_000) * 1_000 + 1_000))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('without afterCommit, exactly the tokens survive that were issued beyond the margin', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (drawn) => {
      const { passes } = await run(drawn)
      for (const ms of drawn.issuedAfter) expect(await passes(startMs + ms)).toBe(ms > drawn.marginMs)
    }),
    { numRuns: 300 },
  )
})
