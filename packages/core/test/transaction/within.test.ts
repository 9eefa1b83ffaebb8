// Revocations in a transaction of the caller, over a simulated database and a virtual clock.
import { createRevocation, type Key, type RevocationOptions } from '@revoked/core'
import { withTrail } from '@revoked/testing/audited-store'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withTransactions } from '@revoked/testing/transactional-store'
import { describe, expect, test } from 'vitest'
import { storeError } from '../support/broken-stores.ts'
import { someClaims, startMs, virtualClock, virtualRevocation } from '../support/claims.ts'
import { followableStore } from '../support/followable-store.ts'

/** Opens a revocation over a store with transactions, and begins one. */
function opened(options: Partial<RevocationOptions> = {}) {
  const clock = virtualClock()
  const store = withTransactions(withTrail(followableStore(clock), clock), clock)
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now, ...options })
  /**
   * Returns whether a token passes that is issued now, by an issuer that stamps the exact instant.
   */
  const passes = async (at = clock.now(), fields: object = {}): Promise<boolean> =>
    (await revocation.check(someClaims({ iat: at / 1_000, exp: at / 1_000 + 900, ...fields }))).allowed
  return { clock, store, revocation, passes, transaction: beginTransaction() }
}

describe('a transaction that is rolled back', () => {
  test('revokes nothing, and reinstates nothing', async () => {
    const { revocation, passes, transaction } = opened()
    await revocation.revoke({ session: 'other' })
    const inside = revocation.within(transaction)
    await inside.revoke([{ subject: 'alice' }, { jti: 'token-1' }])
    await inside.reinstate({ session: 'other' })
    transaction.rollBack()
    expect(await passes()).toBe(true)
    expect(await passes(startMs, { sid: 'other' })).toBe(false)
    expect((await revocation.audit()).entries).toHaveLength(1)
  })

  test('leaves no settings that were agreed on in it', async () => {
    const { revocation, store, transaction } = opened()
    await revocation.within(transaction).revoke({ subject: 'alice' })
    transaction.rollBack()
    const { claims, maxTokenLifetime } = await store.agree({ maxTokenLifetime: 1, clockTolerance: 0, claims: [] })
    expect({ claims, maxTokenLifetime }).toEqual({ claims: [], maxTokenLifetime: 1 })
  })
})

test('what was agreed on in a transaction that was rolled back is agreed on again outside', async () => {
  const { store, clock, transaction } = opened()
  let agreements = 0
  const counting = {
    ...store,
    agree: (...given: Parameters<typeof store.agree>) => {
      agreements++
      return store.agree(...given)
    },
  }
  const revocation = createRevocation({ store: counting, maxTokenLifetime: '24h', now: clock.now })
  await revocation.within(transaction).revoke({ subject: 'alice' })
  expect(agreements).toBe(0)
  transaction.rollBack()
  await revocation.revoke({ subject: 'alice' })
  expect(agreements).toBe(1)
})

describe('a transaction that is committed', () => {
  test('is seen by nobody before, and in force afterwards', async () => {
    const { clock, revocation, passes, transaction } = opened()
    const inside = revocation.within(transaction)
    await expect(inside.revoke({ subject: 'alice' })).resolves.toMatchObject({ changed: true })
    expect(await passes()).toBe(true)
    await transaction.commit()
    expect(await passes()).toBe(false)
    expect(await passes(clock.now() + 1_000)).toBe(false)
    expect(await passes(clock.now() + 1_001)).toBe(true)
  })

  test('reinstates at the commit', async () => {
    const { revocation, passes, transaction } = opened()
    await revocation.revoke({ subject: 'alice' })
    const inside = revocation.within(transaction)
    await inside.reinstate({ subject: 'alice' })
    expect(await passes()).toBe(false)
    await transaction.commit()
    await inside.afterCommit()
    expect(await passes()).toBe(true)
  })

  for (const seconds of [1, 30]) {
    test(`of ${seconds} s lets no token survive that was issued before the commit, with afterCommit`, async () => {
      const { clock, revocation, passes, transaction } = opened()
      const inside = revocation.within(transaction, { margin: '500ms' })
      await inside.revoke({ subject: 'alice' }, { reason: 'banned' })
      clock.advance(seconds * 1_000)
      const lastBefore = clock.now()
      await transaction.commit()
      expect(await passes(lastBefore)).toBe(true)
      await inside.afterCommit()
      expect(await passes(lastBefore)).toBe(false)
      expect(await passes(startMs + 501)).toBe(false)
    })

    test(`of ${seconds} s lets tokens of beyond the margin survive, without afterCommit`, async () => {
      const { clock, revocation, passes, transaction } = opened()
      await revocation.within(transaction, { margin: '500ms' }).revoke({ subject: 'alice' })
      clock.advance(seconds * 1_000)
      await transaction.commit()
      expect(await passes(startMs + 500)).toBe(false)
      expect(await passes(startMs + 501)).toBe(true)
    })
  }
})

describe('afterCommit', () => {
  test('returns the first iat that no revocation reaches', async () => {
    const { clock, revocation, transaction } = opened()
    const inside = revocation.within(transaction)
    await inside.revoke({ subject: 'alice' })
    clock.advance(5_500)
    await transaction.commit()
    expect(await inside.afterCommit()).toEqual({ at: startMs + 5_500, reissueAt: startMs / 1_000 + 6 })
  })

  test('leaves out what was reinstated later in the transaction', async () => {
    const { clock, revocation, passes, transaction } = opened()
    const inside = revocation.within(transaction)
    await inside.revoke([{ subject: 'alice' }, { subject: 'bob' }])
    await inside.reinstate({ subject: 'alice' })
    await transaction.commit()
    clock.advance(5_000)
    await inside.afterCommit()
    expect(await passes(startMs)).toBe(true)
    expect(await passes(clock.now(), { sub: 'bob' })).toBe(false)
  })

  test('does not revoke again what was reinstated before', async () => {
    const { revocation, passes, transaction } = opened()
    const inside = revocation.within(transaction)
    await inside.reinstate({ subject: 'alice' })
    await transaction.commit()
    await revocation.revoke({ subject: 'alice' })
    await inside.afterCommit()
    expect(await passes()).toBe(false)
  })

  test('keeps a cutoff that the caller gave', async () => {
    const { clock, revocation, passes, transaction } = opened()
    const inside = revocation.within(transaction)
    await inside.revoke({ subject: 'alice' }, { issuedBefore: startMs - 10_000 })
    clock.advance(5_000)
    await transaction.commit()
    await inside.afterCommit()
    expect(await passes(startMs - 10_000)).toBe(false)
    expect(await passes(startMs - 9_999)).toBe(true)
  })

  test('passes over a revocation that was to be kept until before', async () => {
    const { clock, revocation, transaction } = opened()
    const inside = revocation.within(transaction)
    await inside.revoke({ session: 'session-1' }, { until: startMs + 2_000 })
    await inside.revoke({ subject: 'alice' })
    await transaction.commit()
    clock.advance(5_000)
    await expect(inside.afterCommit()).resolves.toMatchObject({ at: startMs + 5_000 })
  })

  test('enters nothing more in the audit trail', async () => {
    const { clock, revocation, transaction } = opened()
    const inside = revocation.within(transaction)
    await inside.revoke({ subject: 'alice' }, { actor: 'admin-3' })
    await transaction.commit()
    clock.advance(5_000)
    await inside.afterCommit()
    const { entries } = await revocation.audit()
    expect(entries).toMatchObject([{ at: startMs, actor: 'admin-3', mark: { cutoff: startMs + 1_000 } }])
  })

  test('wakes the followers of the change log, whatever the transaction changed', async () => {
    const { revocation, store, transaction } = opened()
    await revocation.revoke({ session: 'session-1' })
    let wakes = 0
    const subscription = store.subscribe(0, { entries: () => {}, wake: () => void wakes++ })
    const inside = revocation.within(transaction)
    await inside.reinstate({ session: 'session-1' })
    await transaction.commit()
    expect(wakes).toBe(0)
    await inside.afterCommit()
    subscription.close()
    expect(wakes).toBe(1)
  })

  test('can be called again if the store failed', async () => {
    const { clock, store, transaction } = opened()
    let isAway = false
    const failing = {
      ...store,
      record: async (...args: Parameters<typeof store.record>) => {
        if (isAway) throw storeError
        return await store.record(...args)
      },
    }
    const revocation = createRevocation({ store: failing, maxTokenLifetime: '24h', now: clock.now })
    const inside = revocation.within(transaction)
    await inside.revoke({ subject: 'alice' })
    await transaction.commit()
    clock.advance(5_000)
    isAway = true
    await expect(inside.afterCommit()).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
    isAway = false
    clock.advance(5_000)
    await expect(inside.afterCommit()).resolves.toMatchObject({ at: startMs + 10_000 })
  })

  test('ends the transaction: nothing more is revoked in it', async () => {
    const { revocation, transaction } = opened()
    const inside = revocation.within(transaction)
    await transaction.commit()
    await inside.afterCommit()
    await expect(inside.revoke({ subject: 'alice' })).rejects.toThrow(TypeError)
    await expect(inside.reinstate({ subject: 'alice' })).rejects.toThrow(TypeError)
    await expect(inside.afterCommit()).rejects.toThrow(TypeError)
  })
})

describe('within', () => {
  test('uses a margin of a second, or the tolerance if that is less', () => {
    const { revocation, transaction } = opened()
    expect(revocation.within(transaction).margin).toBe(1_000)
    expect(revocation.within(transaction, { margin: 0 }).margin).toBe(0)
    expect(opened({ clockTolerance: '200ms' }).revocation.within(transaction).margin).toBe(200)
  })

  test('refuses a margin beyond clockTolerance, and unknown options', () => {
    const { revocation, transaction } = opened()
    expect(() => revocation.within(transaction, { margin: '61s' })).toThrow(RangeError)
    expect(() => revocation.within(transaction, { margn: '1s' } as object)).toThrow(TypeError)
  })

  test('names the stores that can, over a store without transactions', () => {
    const { revocation } = virtualRevocation()
    expect(() => revocation.within({})).toThrow(TypeError)
    expect(() => revocation.within({})).toThrow(/sqliteStore.*postgresStore/)
  })

  test('lets the store refuse what is no transaction', () => {
    expect(() => opened().revocation.within({})).toThrow(TypeError)
  })

  test('calls the store outside for nothing before the commit', async () => {
    const { store, clock, transaction } = opened()
    const calls: string[] = []
    const outside = (name: string) => async () => {
      calls.push(name)
      throw storeError
    }
    const away = { ...store, agree: outside('agree'), record: outside('record'), forget: outside('forget') }
    const find = (keys: readonly Key[]) => {
      calls.push('find')
      return store.find(keys)
    }
    const revocation = createRevocation({ store: { ...away, find }, maxTokenLifetime: '24h', now: clock.now })
    const inside = revocation.within(transaction)
    await inside.revoke([{ subject: 'alice' }, { session: 'session-1' }], { actor: 'admin' })
    await inside.reinstate({ session: 'session-1' })
    expect(calls).toEqual([])
  })
})
