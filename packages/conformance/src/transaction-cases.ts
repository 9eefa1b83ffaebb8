import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { mergeMarks } from '@revoked/core'
import { caseOver } from './case.ts'
import { assertHolds, someKey, someMark } from './samples.ts'
import { during, type TransactionCase } from './transaction/transaction-subject.ts'

/**
 * The cases for every store that can write in a transaction of its caller, beside those of a
 * revocation store.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { transactionCases, type TransactionSubject } from '@revoked/conformance'
 *
 * const register = (subject: TransactionSubject): void => {
 *   for (const { name, run } of transactionCases) test(name, () => run(subject))
 * }
 * ```
 */
export const transactionCases: readonly TransactionCase[] = [
  caseOver('shows nothing outside before the commit, and everything afterwards', async (opened) => {
    const { store, peer = store } = opened
    const old = someMark({ cutoff: Date.now() - 10 })
    await store.record([{ key: someKey('old'), mark: old }])
    const mark = someMark({ cutoff: Date.now() })
    await during(opened, async ({ transaction, commit }) => {
      const inside = store.within(transaction)
      await inside.record(['a', 'b'].map((value) => ({ key: someKey(value), mark })))
      await inside.forget([someKey('old')])
      for (const handle of [store, peer]) {
        await assertHolds(handle, someKey('a'), undefined)
        await assertHolds(handle, someKey('old'), old)
      }
      await commit()
    })
    for (const handle of [store, peer]) {
      for (const value of ['a', 'b']) await assertHolds(handle, someKey(value), mark)
      await assertHolds(handle, someKey('old'), undefined)
    }
  }),
  caseOver('changes nothing if the transaction is rolled back', async (opened) => {
    const { store, peer = store } = opened
    const old = someMark({ cutoff: Date.now() - 10 })
    await store.record([{ key: someKey('old'), mark: old }])
    await during(opened, async ({ transaction, rollBack }) => {
      const inside = store.within(transaction)
      await inside.record([{ key: someKey('a'), mark: someMark() }])
      await inside.record([{ key: someKey('old'), mark: someMark() }])
      await inside.forget([someKey('old')])
      await rollBack()
    })
    for (const handle of [store, peer]) {
      await assertHolds(handle, someKey('a'), undefined)
      await assertHolds(handle, someKey('old'), old)
    }
    assert.deepEqual([...(await store.record([{ key: someKey('a'), mark: someMark() }]))], [true])
  }),
  caseOver('finds inside what the transaction has recorded and forgotten', async (opened) => {
    const { store } = opened
    const old = someMark({ cutoff: Date.now() })
    await store.record([{ key: someKey('old'), mark: old }])
    await during(opened, async ({ transaction, commit }) => {
      const inside = store.within(transaction)
      await assertHolds(inside, someKey('old'), old)
      const mark = someMark()
      await inside.record([{ key: someKey('a'), mark }])
      await inside.forget([someKey('old')])
      await assertHolds(inside, someKey('a'), mark)
      await assertHolds(inside, someKey('old'), undefined)
      await assertHolds(store.within(transaction), someKey('a'), mark)
      await commit()
    })
  }),
  caseOver('merges inside into what a key holds, and returns what that changed', async (opened) => {
    const { store } = opened
    const now = Date.now()
    const held = someMark({ cutoff: now, expiresAt: now + 90_000, exemptions: { 'sid:a': -Infinity } })
    const earlier = someMark({ cutoff: now - 10, exemptions: { 'sid:a': -Infinity } })
    const later = someMark({ cutoff: now + 10 })
    await store.record([{ key: someKey(), mark: held }])
    await during(opened, async ({ transaction, commit }) => {
      const inside = store.within(transaction)
      assert.deepEqual([...(await inside.record([{ key: someKey(), mark: earlier }]))], [false])
      assert.deepEqual([...(await inside.record([{ key: someKey(), mark: later }]))], [true])
      assert.deepEqual([...(await inside.record([{ key: someKey(), mark: later }]))], [false])
      await commit()
    })
    await assertHolds(store, someKey(), [held, earlier, later].reduce(mergeMarks))
  }),
  caseOver('loses no mark that others record before the commit', async (opened) => {
    const { store, peer = store } = opened
    const now = Date.now()
    const first = someMark({ cutoff: now, exemptions: { 'sid:a': -Infinity } })
    const second = someMark({ cutoff: now - 10, expiresAt: now + 90_000 })
    await during(opened, async ({ transaction, commit }) => {
      await store.within(transaction).record([{ key: someKey(), mark: first }])
      // It may have to wait for the end of the transaction.
      const recording = peer.record([{ key: someKey(), mark: second }])
      await Promise.race([recording, delay(50)])
      await commit()
      await recording
    })
    await assertHolds(store, someKey(), mergeMarks(first, second))
  }),
  caseOver('agrees inside, and for everybody from the commit on', async (opened) => {
    const { store } = opened
    const settings = { maxTokenLifetime: 1_000, clockTolerance: 10, claims: ['a'] }
    await store.agree(settings)
    const more = { ...settings, maxTokenLifetime: 5_000, claims: ['b'] }
    await during(opened, async ({ transaction, commit }) => {
      const { maxTokenLifetime, claims, now } = await store.within(transaction).agree(more)
      assert.deepEqual([maxTokenLifetime, [...claims].sort()], [5_000, ['a', 'b']])
      assert.ok(Number.isFinite(now), 'agree must return the clock of the store')
      await commit()
    })
    assert.equal((await store.agree(settings)).maxTokenLifetime, 5_000)
  }),
  caseOver('lets others agree while a transaction is open in which nothing new was agreed on', async (opened) => {
    const { store, peer = store } = opened
    const settings = { maxTokenLifetime: 1_000, clockTolerance: 10, claims: ['a'] }
    await store.agree(settings)
    await during(opened, async ({ transaction, commit }) => {
      await store.within(transaction).agree(settings)
      const agreed = await Promise.race([peer.agree(settings), delay(3_000, undefined, { ref: false })])
      assert.ok(agreed, 'agree waits for the end of a transaction')
      await commit()
    })
  }),
  caseOver('rejects inside a mark that has already expired', async (opened) => {
    const { store } = opened
    await during(opened, async ({ transaction }) => {
      await assert.rejects(
        async () =>
          await store
            .within(transaction)
            .record([{ key: someKey(), mark: someMark({ expiresAt: Date.now() - 1_000 }) }]),
        (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ERR_MARK_EXPIRED',
      )
    })
    await assertHolds(store, someKey(), undefined)
  }),
  caseOver('throws a TypeError for what is no transaction', async ({ store }) => {
    for (const wrong of [undefined, null, 1, 'BEGIN', {}, [], () => {}, Promise.resolve()])
      assert.throws(() => store.within(wrong), TypeError)
  }),
]
