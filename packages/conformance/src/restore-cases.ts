import assert from 'node:assert/strict'
import type { Key, KeyedMark, RestorableStore } from '@revoked/core'
import { type ConformanceCase, caseOver, type OpenStore, type StoreSubject } from './case.ts'
import { endOf, keysOfLog, logNamesOf, logsOf, namesOf, readOn } from './log/follow-log.ts'
import { assertHolds, confusableKeys, marksOfEveryForm, someKey, someMark } from './samples.ts'

/**
 * Opens the stores that the cases of `restore` run on. `open` is called twice in one case.
 *
 * @example
 * ```ts
 * import type { RestoreSubject } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const subject: RestoreSubject = { open: () => ({ store: memoryStore() }) }
 * ```
 */
export type RestoreSubject = StoreSubject<OpenStore<RestorableStore>>

/**
 * A case of the contract of {@link RestorableStore}.
 *
 * @example
 * ```ts
 * import { type RestoreCase, restoreCases } from '@revoked/conformance'
 *
 * const names = (cases: readonly RestoreCase[]): readonly string[] => cases.map(({ name }) => name)
 * const all = names(restoreCases)
 * ```
 */
export type RestoreCase = ConformanceCase<RestoreSubject>

/**
 * The cases for every store that takes marks by the names of its log, beside those of its log.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { restoreCases } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * for (const { name, run } of restoreCases) test(name, () => run({ open: () => ({ store: memoryStore() }) }))
 * ```
 */
export const restoreCases: readonly RestoreCase[] = [
  pairCase('finds restored marks by the keys that another store recorded them under', async (from, to) => {
    const marks = confusableKeys.map((key, index) => ({ key, mark: someMark({ reason: `mark-${index}` }) }))
    await from.record(marks)
    await copyAll(from, to)
    for (const { key, mark } of marks) await assertHolds(to, key, mark)
  }),
  pairCase('restores every field of a mark', async (from, to) => {
    const keys = keysOfLog(from, marksOfEveryForm.length)
    const expiresAt = Date.now() + 60_000
    const marks = marksOfEveryForm.map((mark, index) => ({
      key: keys[index] ?? someKey(),
      mark: { ...mark, expiresAt },
    }))
    await from.record(marks)
    await copyAll(from, to)
    for (const { key, mark } of marks) await assertHolds(to, key, mark)
  }),
  caseOver('merges restored marks, and says which of them changed anything', async ({ store }) => {
    const [held, added] = keysOfLog(store, 2) as [Key, Key]
    const weak = someMark({ cutoff: 1_000, expiresAt: Date.now() + 30_000 })
    const strong = someMark({ cutoff: 2_000, expiresAt: Date.now() + 60_000 })
    await store.record([{ key: held, mark: strong }])
    const named = [held, added].map((key) => ({ key: store.logKey(key), mark: weak }))
    assert.deepEqual([...(await store.restore(0, named))], [false, true])
    await assertHolds(store, held, strong)
    await assertHolds(store, added, weak)
  }),
  caseOver('appends restored marks to the log', async ({ store }) => {
    const keys = keysOfLog(store, 3)
    const before = await endOf(store)
    await store.restore(
      0,
      keys.map((key) => ({ key: store.logKey(key), mark: someMark() })),
    )
    assert.deepEqual(namesOf(await readOn(store, before)).sort(), logNamesOf(store, keys).sort())
  }),
  caseOver('restores nothing if a key is named otherwise than the store names keys', async ({ store }) => {
    const [fine, odd] = [someKey('fine'), someKey('\u0000'.repeat(300))]
    // A store that keeps every value as it is names no key otherwise.
    if (store.logKey(odd).value === odd.value) return
    const log = store.logOf(fine)
    const marks = [store.logKey(fine), odd].map((key) => ({ key, mark: someMark() }))
    await assert.rejects(store.restore(log, marks), TypeError)
    await assertHolds(store, fine, undefined)
  }),
  caseOver('rejects a restore into a log that does not exist', async ({ store }) => {
    await assert.rejects(store.restore(store.logs, []), RangeError)
  }),
]

/** Returns a case over two stores in separate key spaces. */
function pairCase(name: string, body: (from: RestorableStore, to: RestorableStore) => Promise<void>): RestoreCase {
  return {
    name,
    run: (subject) =>
      caseOver<OpenStore<RestorableStore>>(name, (from) =>
        caseOver<OpenStore<RestorableStore>>(name, (to) => body(from.store, to.store)).run(subject),
      ).run(subject),
  }
}

async function copyAll(from: RestorableStore, to: RestorableStore): Promise<void> {
  for (const log of logsOf(from)) {
    const batches: (readonly KeyedMark[])[] = []
    for await (const batch of from.scan(log)) batches.push(batch)
    for (const batch of batches) await to.restore(log, batch)
  }
}
