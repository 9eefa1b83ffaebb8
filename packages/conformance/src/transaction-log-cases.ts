import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { FollowableStore, Key } from '@revoked/core'
import { caseOver, eventually } from './case.ts'
import { endOf, keysOfLog, logNamesOf, nameOf, namesOf, readOn } from './log/follow-log.ts'
import { someKey, someMark } from './samples.ts'
import { during, type TransactionCase } from './transaction/transaction-subject.ts'

/**
 * The cases for stores with transactions whose change log can be read.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { transactionLogCases, type TransactionSubject } from '@revoked/conformance'
 * import type { FollowableStore } from '@revoked/core'
 *
 * const register = (subject: TransactionSubject<FollowableStore>): void => {
 *   for (const { name, run } of transactionLogCases) test(name, () => run(subject))
 * }
 * ```
 */
export const transactionLogCases: readonly TransactionCase<FollowableStore>[] = [
  caseOver('appends nothing to the log before the commit, and each change afterwards', async (opened) => {
    const { store, peer = store } = opened
    const [kept, forgotten] = keysOfLog(store, 2) as [Key, Key]
    await store.record([{ key: forgotten, mark: someMark() }])
    const start = await endOf(store)
    await during(opened, async ({ transaction, commit }) => {
      const inside = store.within(transaction)
      await inside.record([{ key: kept, mark: someMark() }])
      await inside.forget([forgotten])
      assert.deepEqual(await readOn(peer, start), [])
      await commit()
    })
    const entries = await readOn(peer, start)
    assert.deepEqual(namesOf(entries).sort(), logNamesOf(store, [kept, forgotten]).sort())
    const gone = entries.find(({ key }) => nameOf(key) === logNamesOf(store, [forgotten])[0])
    assert.equal(gone?.mark, undefined)
  }),
  caseOver('appends nothing to the log if the transaction is rolled back', async (opened) => {
    const { store } = opened
    const [key, other] = keysOfLog(store, 2) as [Key, Key]
    const start = await endOf(store)
    await during(opened, async ({ transaction, rollBack }) => {
      await store.within(transaction).record([{ key, mark: someMark() }])
      await rollBack()
    })
    await store.record([{ key: other, mark: someMark() }])
    assert.deepEqual(namesOf(await readOn(store, start)), logNamesOf(store, [other]))
  }),
  caseOver('hides no entry from a follower that read while the transaction was open', async (opened) => {
    const { store, peer = store } = opened
    const [early, late] = keysOfLog(store, 2) as [Key, Key]
    const start = await endOf(store)
    const seen: string[] = []
    await during(opened, async ({ transaction, commit }) => {
      await store.within(transaction).record([{ key: early, mark: someMark() }])
      const recording = peer.record([{ key: late, mark: someMark() }])
      // It may have to wait for the end of the transaction.
      await Promise.race([recording, delay(50)])
      const before = await readOn(store, start)
      seen.push(...namesOf(before))
      await commit()
      await recording
      seen.push(...namesOf(await readOn(store, before.at(-1)?.position ?? start)))
    })
    assert.deepEqual(seen.sort(), logNamesOf(store, [early, late]).sort())
  }),
  caseOver('wakes listeners of every handle once it is told that the commit is done', async (opened) => {
    const { store, peer = store } = opened
    const log = store.logOf(someKey())
    let wakes = 0
    const listener = { entries: () => void wakes++, wake: () => void wakes++ }
    const subscription = peer.subscribe(log, listener)
    try {
      await eventually(() => subscription.status().isOpen, 'the subscription opens')
      await during(opened, async ({ transaction, commit }) => {
        const inside = store.within(transaction)
        await inside.record([{ key: someKey(), mark: someMark() }])
        await commit()
        await inside.committed()
      })
      await eventually(() => wakes > 0, 'the listener is woken')
    } finally {
      subscription.close()
    }
  }),
]
