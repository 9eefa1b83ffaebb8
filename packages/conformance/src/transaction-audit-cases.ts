import assert from 'node:assert/strict'
import type { AuditedStore } from '@revoked/core'
import { actorsOf, noteOf, readTrail } from './audit/read-trail.ts'
import { caseOver } from './case.ts'
import { someKey, someMark } from './samples.ts'
import { during, type TransactionCase } from './transaction/transaction-subject.ts'

/**
 * The cases for stores with transactions that keep an audit trail.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { transactionAuditCases, type TransactionSubject } from '@revoked/conformance'
 * import type { AuditedStore } from '@revoked/core'
 *
 * const register = (subject: TransactionSubject<AuditedStore>): void => {
 *   for (const { name, run } of transactionAuditCases) test(name, () => run(subject))
 * }
 * ```
 */
export const transactionAuditCases: readonly TransactionCase<AuditedStore>[] = [
  caseOver('enters nothing before the commit, and what was changed afterwards', async (opened) => {
    const { store, peer = store } = opened
    await store.record([{ key: someKey('b'), mark: someMark() }])
    await during(opened, async ({ transaction, commit }) => {
      const inside = store.within(transaction)
      await inside.record([{ key: someKey('a'), mark: someMark() }], noteOf({ actor: 'revoke' }))
      await inside.forget([someKey('b')], noteOf({ actor: 'reinstate' }))
      assert.deepEqual(await readTrail(peer), [])
      await commit()
    })
    assert.deepEqual([...actorsOf(await readTrail(peer))].sort(), ['reinstate', 'revoke'])
  }),
  caseOver('enters nothing if the transaction is rolled back', async (opened) => {
    const { store } = opened
    await during(opened, async ({ transaction, rollBack }) => {
      await store.within(transaction).record([{ key: someKey(), mark: someMark() }], noteOf({ actor: 'a' }))
      await rollBack()
    })
    assert.deepEqual(await readTrail(store), [])
  }),
]
