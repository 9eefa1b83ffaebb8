import assert from 'node:assert/strict'
import { type ConformanceCase, caseOver, type StoreSubject } from './case.ts'
import { idsIn, isOpen, sessionOf } from './session-samples.ts'
import { during, type OpenTransactionalSessions } from './transaction/transaction-subject.ts'

/**
 * The cases for every store of sessions that can write in a transaction of its caller, beside
 * `sessionCases`.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { type OpenTransactionalSessions, sessionTransactionCases } from '@revoked/conformance'
 *
 * const register = (open: () => Promise<OpenTransactionalSessions>): void => {
 *   for (const { name, run } of sessionTransactionCases) test(name, () => run({ open }))
 * }
 * ```
 */
export const sessionTransactionCases: readonly ConformanceCase<StoreSubject<OpenTransactionalSessions>>[] = [
  caseOver('shows nothing outside before the commit, and everything afterwards', async (opened) => {
    const { store, peer = store } = opened
    const old = sessionOf('ada', 'old')
    const used = sessionOf('ada', 'used')
    await store.open(old)
    await store.open(used)
    await during(opened, async ({ transaction, commit }) => {
      const inside = store.within(transaction)
      assert.deepEqual(await inside.open(sessionOf('ada', 'new')), { opened: true })
      assert.deepEqual([...(await inside.close('ada', ['old', 'unknown']))], ['old'])
      await inside.touch({ ...used, usedAt: used.usedAt + 5 })
      for (const handle of [store, peer]) {
        assert.deepEqual(await idsIn(handle, 'ada'), ['old', 'used'])
        assert.deepEqual(await handle.get(used), used)
      }
      await commit()
    })
    for (const handle of [store, peer]) {
      assert.deepEqual(await idsIn(handle, 'ada'), ['new', 'used'])
      assert.equal((await handle.get(used))?.usedAt, used.usedAt + 5)
    }
  }),
  caseOver('changes nothing if the transaction is rolled back', async (opened) => {
    const { store, peer = store } = opened
    const old = sessionOf('ada', 'old')
    await store.open(old)
    await store.open(sessionOf('bob', 'one'))
    await during(opened, async ({ transaction, rollBack }) => {
      const inside = store.within(transaction)
      await inside.open(sessionOf('ada', 'new'))
      await inside.touch({ ...old, usedAt: old.usedAt + 5 })
      await inside.close('ada', ['old'])
      await inside.closeAll('bob', { openedUntil: Date.now() })
      await rollBack()
    })
    for (const handle of [store, peer]) {
      assert.deepEqual(await handle.list('ada'), [old])
      assert.deepEqual(await idsIn(handle, 'bob'), ['one'])
    }
  }),
  caseOver('shows inside what the transaction has opened and closed', async (opened) => {
    const { store } = opened
    await store.open(sessionOf('ada', 'old'))
    await during(opened, async ({ transaction, commit }) => {
      const inside = store.within(transaction)
      const session = sessionOf('ada', 'new')
      await inside.open(session)
      assert.equal(await isOpen(inside, session), true)
      await inside.close('ada', ['old'])
      assert.deepEqual([await idsIn(inside, 'ada'), await inside.count('ada')], [['new'], 1])
      assert.equal(await isOpen(store.within(transaction), session), true)
      await commit()
    })
  }),
  caseOver('closes all sessions of a subject at the commit, except one', async (opened) => {
    const { store } = opened
    for (const id of ['a', 'b', 'c']) await store.open(sessionOf('ada', id))
    const openedUntil = Date.now()
    await during(opened, async ({ transaction, commit }) => {
      const closed = await store.within(transaction).closeAll('ada', { openedUntil, except: 'b' })
      assert.deepEqual([...closed].sort(), ['a', 'c'])
      await commit()
    })
    assert.deepEqual(await idsIn(store, 'ada'), ['b'])
  }),
  caseOver('counts open sessions inside, those of the transaction included', async (opened) => {
    const { store } = opened
    await store.open(sessionOf('ada', 'old'))
    await during(opened, async ({ transaction, commit }) => {
      const inside = store.within(transaction)
      const limit = { maxOpen: 2, instead: [] }
      assert.equal((await inside.open(sessionOf('ada', 'new'), limit)).opened, true)
      assert.equal((await inside.open(sessionOf('ada', 'more'), limit)).opened, false)
      await commit()
    })
    assert.deepEqual(await idsIn(store, 'ada'), ['new', 'old'])
  }),
  caseOver('throws a TypeError for what is no transaction', async ({ store }) => {
    for (const wrong of [undefined, null, 1, 'BEGIN', {}, [], () => {}, Promise.resolve()])
      assert.throws(() => store.within(wrong), TypeError)
  }),
]
