import assert from 'node:assert/strict'
import { someKey, someMark } from '../samples.ts'
import { assertSamePosition, endOf, keysOfLog, logNamesOf, nameOf, namesOf, readOn } from './follow-log.ts'
import { type LogCase, logCase } from './log-subject.ts'

/** The cases of `read`: order, continuity and pages. */
export const readCases: readonly LogCase[] = [
  logCase('returns the end of the log to a read without a position', async ({ store, peer = store }) => {
    const log = store.logOf(someKey())
    const start = await endOf(store, log)
    assert.deepEqual(await readOn(store, start, log), [])
    assertSamePosition(await endOf(store, log), start, 'the end of a log that nobody writes must stay')
    await peer.record([{ key: someKey(), mark: someMark() }])
    const [entry, ...others] = await readOn(store, start, log)
    assert.ok(entry !== undefined && others.length === 0, 'one record is one entry')
    assertSamePosition(await endOf(store, log), entry.position, 'the end must be the position of the last entry')
  }),
  logCase('returns each change once, in order and in an unbroken chain', async ({ store, peer = store }) => {
    const start = await endOf(store)
    const keys = keysOfLog(store, 12)
    for (const [index, key] of keys.entries()) {
      await (index % 2 === 0 ? store : peer).record([{ key, mark: someMark() }])
      if (index % 3 === 0) await (index % 2 === 0 ? peer : store).forget([key])
    }
    const expected = keys.flatMap((key, index) => (index % 3 === 0 ? [key, key] : [key]))
    assert.deepEqual(namesOf(await readOn(store, start)), logNamesOf(store, expected))
  }),
  logCase('returns a long log in pages of at most 1,000 entries', async ({ store }) => {
    const start = await endOf(store)
    const keys = keysOfLog(store, 2_500)
    for (let index = 0; index < keys.length; index += 500)
      await store.record(keys.slice(index, index + 500).map((key) => ({ key, mark: someMark() })))
    assert.deepEqual(namesOf(await readOn(store, start)).sort(), logNamesOf(store, keys).sort())
  }),
  logCase('reads on from the position of any entry', async ({ store, peer = store }) => {
    const start = await endOf(store)
    for (const key of keysOfLog(store, 10)) await store.record([{ key, mark: someMark() }])
    const entries = await readOn(store, start)
    for (const [index, { position }] of entries.entries()) {
      const later = await readOn(peer, position)
      assert.deepEqual(namesOf(later), namesOf(entries.slice(index + 1)), `after entry ${index}`)
    }
  }),
  logCase('has the same log on every handle', async ({ store, peer = store }) => {
    const start = await endOf(peer)
    assertSamePosition(await endOf(store), start, 'positions of one log must be equal')
    await Promise.all(
      keysOfLog(store, 12).map((key, index) => (index % 2 === 0 ? store : peer).record([{ key, mark: someMark() }])),
    )
    const [ours, theirs] = await Promise.all([readOn(store, start), readOn(peer, start)])
    assert.deepEqual(
      ours.map(({ position, key }) => ({ ...position, key: nameOf(key) })),
      theirs.map(({ position, key }) => ({ ...position, key: nameOf(key) })),
    )
    assertSamePosition(await endOf(store), await endOf(peer), 'positions of one log must be equal')
  }),
  {
    name: 'begins each log with a new epoch',
    run: async (subject) => {
      const epochs: string[] = []
      const { run } = logCase('', async ({ store }) => void epochs.push((await endOf(store)).epoch))
      await run(subject)
      await run(subject)
      assert.notEqual(epochs[0], epochs[1], 'logs of two stores have the same epoch')
    },
  },
]
