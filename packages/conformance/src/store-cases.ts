import assert from 'node:assert/strict'
import type { KeyedMark, RevocationStore } from '@revoked/core'
import { type Mark, mergeMarks } from '@revoked/core'
import { agreeCases } from './agree-cases.ts'
import { type ConformanceCase, caseOver, clockOffsetMs, eventually, type StoreSubject } from './case.ts'
import { onceCases } from './once-cases.ts'
import {
  assertHolds,
  confusableKeys,
  findOne,
  marksOfEveryForm,
  recordShortLived,
  someKey,
  someMark,
} from './samples.ts'

const finding: readonly ConformanceCase<StoreSubject>[] = [
  caseOver('finds a mark as soon as its record has resolved, on every handle', async ({ store, peer = store }) => {
    const mark = someMark()
    await store.record([{ key: someKey(), mark }])
    await assertHolds(store, someKey(), mark)
    await assertHolds(peer, someKey(), mark)
  }),
  caseOver('returns an empty array if nothing is recorded', async ({ store }) => {
    assert.deepEqual(await store.find([someKey('a'), someKey('b')]), [])
    assert.deepEqual(await store.find([]), [])
  }),
  caseOver('finds exactly the recorded keys among many', async ({ store }) => {
    const keys = Array.from({ length: 50 }, (_, index) => someKey(`user-${index}`))
    const recorded = keys.filter((_, index) => index % 3 === 0)
    await store.record(recorded.map((key) => ({ key, mark: someMark() })))
    const found = await store.find(keys)
    assert.deepEqual(found.map(({ key }) => key.value).sort(), recorded.map(({ value }) => value).sort())
  }),
  caseOver('returns every field of a mark', async ({ store }) => {
    const marks = marksOfEveryForm.map((mark) => ({ ...mark, expiresAt: Date.now() + 60_000 }))
    await store.record(marks.map((mark, index) => ({ key: someKey(`${index}`), mark })))
    for (const [index, mark] of marks.entries()) {
      await assertHolds(store, someKey(`${index}`), mark)
      assert.equal((await findOne(store, someKey(`${index}`)))?.reason, mark.reason)
    }
  }),
  caseOver('keeps keys apart that naive encodings mix up', async ({ store }) => {
    const marks = confusableKeys.map((key, index) => ({ key, mark: someMark({ reason: `mark-${index}` }) }))
    const isRecorded = (_: unknown, index: number): boolean => index % 2 === 0
    await store.record(marks.filter(isRecorded))
    for (const [index, { key, mark }] of marks.entries())
      await assertHolds(store, key, isRecorded(key, index) ? mark : undefined)
    await store.record(marks.filter((keyed, index) => !isRecorded(keyed, index)))
    for (const { key, mark } of marks) await assertHolds(store, key, mark)
  }),
]

const merging: readonly ConformanceCase<StoreSubject>[] = [
  caseOver('merges a record into what its key holds', async ({ store }) => {
    const now = Date.now()
    const first = someMark({ cutoff: now - 10, exemptions: { 'sid:a': -Infinity } })
    const second = someMark({ cutoff: now, exemptions: { 'sid:a': now - 20, 'sid:b': -Infinity } })
    await store.record([{ key: someKey(), mark: first }])
    await store.record([{ key: someKey(), mark: second }])
    await assertHolds(store, someKey(), mergeMarks(first, second))
  }),
  caseOver('never shortens the life of a mark', async ({ store }) => {
    const expiresAt = Date.now() + 120_000
    await store.record([{ key: someKey(), mark: someMark({ expiresAt }) }])
    await store.record([{ key: someKey(), mark: someMark({ expiresAt: expiresAt - 60_000 }) }])
    assert.equal((await findOne(store, someKey()))?.expiresAt, expiresAt)
  }),
  caseOver('lengthens the life of a mark', async ({ store }) => {
    const expiresAt = Date.now() + 120_000
    await store.record([{ key: someKey(), mark: someMark({ expiresAt: expiresAt - 60_000 }) }])
    await store.record([{ key: someKey(), mark: someMark({ expiresAt }) }])
    assert.equal((await findOne(store, someKey()))?.expiresAt, expiresAt)
  }),
  caseOver('loses none of many concurrent records of one key', async ({ store, peer = store }) => {
    const now = Date.now()
    const marks = Array.from({ length: 50 }, (_, index) =>
      someMark({
        cutoff: now - (index % 7),
        expiresAt: now + 60_000 + index,
        exemptions: { [`sid:${index % 5}`]: now - 100 - index },
      }),
    )
    await Promise.all(marks.map((mark, index) => (index % 2 === 0 ? store : peer).record([{ key: someKey(), mark }])))
    await assertHolds(store, someKey(), marks.reduce(mergeMarks))
  }),
  caseOver('merges a batch that names one key twice', async ({ store }) => {
    const now = Date.now()
    const marks = [
      someMark({ cutoff: now - 5, expiresAt: now + 90_000 }),
      someMark({ cutoff: now, expiresAt: now + 60_000 }),
    ]
    await store.record(marks.map((mark) => ({ key: someKey(), mark })))
    await assertHolds(store, someKey(), marks.reduce(mergeMarks))
  }),
]

const changing: readonly ConformanceCase<StoreSubject>[] = [
  caseOver(
    'returns true for exactly one of many concurrent identical first records',
    async ({ store, peer = store }) => {
      const mark = someMark()
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : peer).record([{ key: someKey(), mark }])),
      )
      assert.equal(answers.filter(([changed]) => changed).length, 1)
    },
  ),
  caseOver('returns per mark whether it revoked anything more', async ({ store }) => {
    const cutoff = Date.now()
    const record = async (key: string, fields: Partial<Mark>): Promise<boolean | undefined> =>
      (await store.record([{ key: someKey(key), mark: someMark(fields) }]))[0]
    assert.equal(await record('a', { cutoff }), true, 'the first record')
    assert.equal(await record('a', { cutoff }), false, 'the same again')
    assert.equal(await record('a', { cutoff: cutoff - 1 }), false, 'an earlier cutoff')
    assert.equal(await record('a', { cutoff, expiresAt: Date.now() + 90_000 }), false, 'a longer life')
    assert.equal(await record('a', { cutoff, reason: 'z' }), false, 'another reason')
    assert.equal(await record('a', { cutoff: cutoff + 1 }), true, 'a later cutoff')
    assert.equal(await record('b', { cutoff, exemptions: { 'sid:s': -Infinity } }), true, 'a first record that spares')
    assert.equal(await record('b', { cutoff }), true, 'no longer sparing')
  }),
  caseOver('returns results in the order of the batch', async ({ store }) => {
    const mark = someMark()
    await store.record([{ key: someKey('b'), mark }])
    const batch: KeyedMark[] = ['a', 'b', 'c', 'c'].map((value) => ({ key: someKey(value), mark }))
    assert.deepEqual([...(await store.record(batch))], [true, false, true, false])
    assert.deepEqual([...(await store.record([]))], [])
  }),
]

const expiring: readonly ConformanceCase<StoreSubject>[] = [
  caseOver('finds a mark until it expires, and not after', async ({ store }) => {
    const { expiresAt } = await recordShortLived(store, 300)
    for (;;) {
      const found = await findOne(store, someKey())
      // Read after the answer: the mark may have expired while it was on its way.
      if (found === undefined && Date.now() < expiresAt - clockOffsetMs) assert.fail('the mark was forgotten early')
      if (Date.now() >= expiresAt) break
      await new Promise(setImmediate)
    }
    await eventually(() => Date.now() >= expiresAt + clockOffsetMs, 'the clock reaches the expiry')
    await assertHolds(store, someKey(), undefined)
  }),
  caseOver('records anew what had expired', async ({ store }) => {
    const { expiresAt, changed: before } = await recordShortLived(store, 100)
    await eventually(() => Date.now() >= expiresAt + clockOffsetMs, 'the clock reaches the expiry')
    const mark = someMark({ cutoff: Date.now() })
    const [after] = await store.record([{ key: someKey(), mark }])
    assert.deepEqual([before, after], [true, true])
    await assertHolds(store, someKey(), mark)
  }),
  caseOver('rejects a mark that has already expired, and stores nothing of it', async ({ store }) => {
    const living = someMark({ cutoff: Date.now() })
    const expired = someMark({ expiresAt: Date.now() - 1_000 })
    await store.record([{ key: someKey('a'), mark: living }])
    await assertRejectsExpired(store, [{ key: someKey('a'), mark: expired }])
    await assertRejectsExpired(store, [{ key: someKey('b'), mark: expired }])
    await assertHolds(store, someKey('a'), living)
    await assertHolds(store, someKey('b'), undefined)
  }),
  caseOver('rejects a batch of which one mark has already expired', async ({ store }) => {
    const live = { key: someKey('a'), mark: someMark() }
    await assertRejectsExpired(store, [live, { key: someKey('b'), mark: someMark({ expiresAt: Date.now() - 1_000 }) }])
    // The live mark may be stored, and a retry without the other one succeeds in any case.
    await store.record([live])
    await assertHolds(store, live.key, live.mark)
  }),
  caseOver('never evicts a live mark, however many are recorded', async ({ store }) => {
    const acknowledged: KeyedMark[] = []
    for (let batch = 0; batch < 50; batch++) {
      const marks = Array.from({ length: 100 }, (_, index) => ({ key: someKey(`${batch}-${index}`), mark: someMark() }))
      // A store that is full may refuse a batch. It may not forget another for it.
      await store.record(marks).then(
        () => acknowledged.push(...marks),
        () => undefined,
      )
    }
    assert.ok(acknowledged.length > 0, 'not a single batch was recorded')
    const found = await store.find(acknowledged.map(({ key }) => key))
    assert.equal(new Set(found.map(({ key }) => key.value)).size, acknowledged.length)
  }),
]

const forgetting: readonly ConformanceCase<StoreSubject>[] = [
  caseOver('forgets the keys that it is given, and no other', async ({ store, peer = store }) => {
    const mark = someMark()
    await store.record(['a', 'b', 'c'].map((value) => ({ key: someKey(value), mark })))
    await store.forget([someKey('a'), someKey('c'), someKey('unknown')])
    await store.forget([])
    await assertHolds(peer, someKey('a'), undefined)
    await assertHolds(peer, someKey('b'), mark)
    await assertHolds(peer, someKey('c'), undefined)
  }),
  caseOver('records anew what it forgot', async ({ store }) => {
    const mark = someMark({ cutoff: Date.now() })
    await store.record([{ key: someKey(), mark: someMark() }])
    await store.forget([someKey()])
    assert.deepEqual([...(await store.record([{ key: someKey(), mark }]))], [true])
    await assertHolds(store, someKey(), mark)
  }),
]

/** Fails unless the store rejects the marks with ERR_MARK_EXPIRED. */
async function assertRejectsExpired(store: RevocationStore, marks: readonly KeyedMark[]): Promise<void> {
  await assert.rejects(
    async () => await store.record(marks),
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ERR_MARK_EXPIRED',
    'record must reject an expired mark with ERR_MARK_EXPIRED',
  )
}

/**
 * The cases for every {@link RevocationStore}.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { storeCases } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * for (const { name, run } of storeCases) test(name, () => run({ open: () => ({ store: memoryStore() }) }))
 * ```
 */
export const storeCases: readonly ConformanceCase<StoreSubject>[] = [
  ...finding,
  ...merging,
  ...changing,
  ...expiring,
  ...forgetting,
  ...agreeCases,
  ...onceCases,
]
