import assert from 'node:assert/strict'
import type { FollowableStore, LogEntry, LogPosition, Mark } from '@revoked/core'
import { marksEqual, mergeMarks } from '@revoked/core'
import { clockOffsetMs, eventually } from '../case.ts'
import { marksOfEveryForm, recordShortLived, someKey, someMark } from '../samples.ts'
import { assertSamePosition, endOf, keysOfLog, logNamesOf, nameOf, namesOf, readOn, replay } from './follow-log.ts'
import { type LogCase, logCase } from './log-subject.ts'

/** The cases of entries: which changes append one, and what it holds. */
export const entryCases: readonly LogCase[] = [
  logCase('holds the mark of a key as it is after the merge', async ({ store, peer = store }) => {
    const start = await endOf(store, store.logOf(someKey()))
    const now = Date.now()
    const first = someMark({ cutoff: now, exemptions: { 'sid:s': -Infinity } })
    const second = someMark({ cutoff: now - 10, expiresAt: now + 90_000, reason: 'again' })
    await store.record([{ key: someKey(), mark: first }])
    await peer.record([{ key: someKey(), mark: second }])
    assertMarks(await readOn(store, start, store.logOf(someKey())), [first, mergeMarks(first, second)])
  }),
  logCase('keeps every field of a mark', async ({ store }) => {
    const start = await endOf(store)
    const keys = keysOfLog(store, marksOfEveryForm.length)
    const marks = marksOfEveryForm.map((mark) => ({ ...mark, expiresAt: Date.now() + 60_000 }))
    for (const [index, mark] of marks.entries()) await store.record([{ key: keys[index] ?? someKey(), mark }])
    assertMarks(await readOn(store, start), marks)
  }),
  logCase('has an entry without a mark for a key that was forgotten', async ({ store }) => {
    const start = await endOf(store)
    const keys = keysOfLog(store, 3)
    await store.record(keys.map((key) => ({ key, mark: someMark() })))
    await store.forget(keys.slice(0, 2))
    const held = replay(await readOn(store, start))
    assert.deepEqual(
      logNamesOf(store, keys).map((name) => [held.has(name), held.get(name) !== undefined]),
      [
        [true, false],
        [true, false],
        [true, true],
      ],
    )
  }),
  logCase('has an entry for a mark that only lives longer or has another reason', async ({ store }) => {
    const log = store.logOf(someKey())
    const mark = someMark({ reason: 'a' })
    await store.record([{ key: someKey(), mark }])
    const start = await endOf(store, log)
    const longer = { ...mark, expiresAt: mark.expiresAt + 30_000 }
    const renamed = { ...longer, reason: 'b' }
    await store.record([{ key: someKey(), mark: longer }])
    await store.record([{ key: someKey(), mark: renamed }])
    assertMarks(await readOn(store, start, log), [longer, renamed])
  }),
  logCase('has no entry for a record that changes nothing', async ({ store, peer = store }) => {
    const log = store.logOf(someKey())
    const mark = someMark({ cutoff: Date.now() })
    await store.record([{ key: someKey(), mark }])
    await assertAppendsNothing(store, log, async () => {
      await peer.record([{ key: someKey(), mark }])
      await store.record([
        { key: someKey(), mark: { ...mark, cutoff: mark.cutoff - 5, expiresAt: mark.expiresAt - 5 } },
      ])
      await store.record([])
    })
  }),
  logCase('has no entry for a key that is forgotten without a mark', async ({ store }) => {
    await store.record([{ key: someKey(), mark: someMark() }])
    await store.forget([someKey()])
    await assertAppendsNothing(store, store.logOf(someKey()), async () => {
      await store.forget([someKey()])
      await store.forget([])
    })
  }),
  logCase('has no entry for a record that is rejected', async ({ store }) => {
    const [key = someKey()] = keysOfLog(store, 1)
    await assertAppendsNothing(store, 0, async () => {
      const expired = someMark({ expiresAt: Date.now() - 1_000 })
      await assert.rejects(async () => await store.record([{ key, mark: expired }]))
    })
  }),
  logCase('has one entry for each mark of a batch', async ({ store }) => {
    const start = await endOf(store)
    const keys = keysOfLog(store, 100)
    await store.record(keys.map((key) => ({ key, mark: someMark() })))
    await store.forget(keys.slice(0, 50))
    const expected = [...keys, ...keys.slice(0, 50)]
    const entries = await readOn(store, start)
    assert.deepEqual(namesOf(entries).sort(), logNamesOf(store, expected).sort())
  }),
  logCase('holds both marks of a key that one batch names twice', async ({ store }) => {
    const start = await endOf(store)
    const [twice = someKey(), once = someKey()] = keysOfLog(store, 2)
    const now = Date.now()
    const first = someMark({ cutoff: now, expiresAt: now + 60_000 })
    const second = someMark({ cutoff: now - 5, expiresAt: now + 90_000 })
    const batch = [first, second].map((mark) => ({ key: twice, mark }))
    await store.record([...batch, { key: once, mark: first }])
    const entries = await readOn(store, start)
    const ofTwice = entries.filter(({ key }) => nameOf(key) === nameOf(store.logKey(twice)))
    // A store may merge the two marks before it writes them.
    assert.ok(ofTwice.length === 1 || ofTwice.length === 2, `the key has ${ofTwice.length} entries`)
    assert.equal(entries.length, ofTwice.length + 1, 'the other key has one entry')
    assertMarks(ofTwice.slice(-1), [mergeMarks(first, second)])
  }),
  logCase('has no entry for the expiry of a mark', async ({ store }) => {
    const log = store.logOf(someKey())
    const start = await endOf(store, log)
    const { expiresAt } = await recordShortLived(store, 100)
    await eventually(() => Date.now() >= expiresAt + clockOffsetMs, 'the clock reaches the expiry')
    await store.find([someKey()])
    await store.forget([someKey()])
    const entries = await readOn(store, start, log)
    assert.equal(entries.length, 1, 'the log must have the record only')
    const mark = someMark({ cutoff: Date.now() })
    await store.record([{ key: someKey(), mark }])
    assertMarks(await readOn(store, entries[0]?.position ?? start, log), [mark])
  }),
]

/** Fails unless the entries hold these marks, in this order. */
function assertMarks(entries: readonly LogEntry[], expected: readonly Mark[]): void {
  assert.equal(entries.length, expected.length, `${expected.length} entries were expected`)
  for (const [index, mark] of expected.entries()) {
    const logged = entries[index]?.mark
    assert.ok(logged !== undefined && marksEqual(logged, mark), `entry ${index} holds another mark`)
  }
}

/** Fails if the log has another end after the operation. */
async function assertAppendsNothing(
  store: FollowableStore,
  log: number,
  operation: () => Promise<void>,
): Promise<void> {
  const before: LogPosition = await endOf(store, log)
  await operation()
  assertSamePosition(await endOf(store, log), before, 'nothing changed, but the log has a new end')
}
