import assert from 'node:assert/strict'
import type { FollowableStore, Key, LogPosition, Mark } from '@revoked/core'
import { marksEqual } from '@revoked/core'
import { clockOffsetMs, eventually, type OpenStore } from '../case.ts'
import { confusableKeys, marksOfEveryForm, recordShortLived, someKey, someMark } from '../samples.ts'
import { endOf, keysOfLog, logNamesOf, logsOf, maxPageSize, nameOf, readOn, replay } from './follow-log.ts'
import { type LogCase, logCase } from './log-subject.ts'

type ScannedMarks = Map<string, Mark>

/** Scans a log, and calls back between batches. Returns the last mark of each key, by its name. */
async function scanLog(
  store: FollowableStore,
  log = 0,
  between: (batch: number) => Promise<void> = async () => {},
): Promise<ScannedMarks> {
  const scanned: ScannedMarks = new Map()
  let batches = 0
  for await (const batch of store.scan(log)) {
    assert.ok(batch.length <= maxPageSize, `a batch has ${batch.length} marks`)
    for (const { key, mark } of batch) scanned.set(nameOf(key), mark)
    await between(batches++)
  }
  return scanned
}

/** The cases of `scan`. */
export const scanCases: readonly LogCase[] = [
  logCase('scans every mark, by the name of its key in the log', async ({ store, peer = store }) => {
    await store.record(confusableKeys.map((key, index) => ({ key, mark: someMark({ reason: `mark-${index}` }) })))
    for (const log of logsOf(store)) {
      const scanned = await scanLog(peer, log)
      const keys = confusableKeys.filter((key) => store.logOf(key) === log)
      assert.deepEqual([...scanned.keys()].sort(), logNamesOf(store, keys).sort(), `log ${log}`)
      for (const key of keys)
        assert.equal(scanned.get(nameOf(store.logKey(key)))?.reason, `mark-${confusableKeys.indexOf(key)}`)
    }
  }),
  logCase('scans every field of a mark', async ({ store }) => {
    const keys = keysOfLog(store, marksOfEveryForm.length)
    const marks = marksOfEveryForm.map((mark) => ({ ...mark, expiresAt: Date.now() + 60_000 }))
    await store.record(marks.map((mark, index) => ({ key: keys[index] ?? someKey(), mark })))
    const scanned = await scanLog(store)
    for (const [index, name] of logNamesOf(store, keys).entries()) assertEqual(scanned.get(name), marks[index], name)
  }),
  logCase('scans no mark that was forgotten, and none in an empty store', async ({ store }) => {
    for (const log of logsOf(store)) assert.equal((await scanLog(store, log)).size, 0)
    const keys = keysOfLog(store, 20)
    await store.record(keys.map((key) => ({ key, mark: someMark() })))
    await store.forget(keys.slice(5))
    assert.deepEqual([...(await scanLog(store)).keys()].sort(), logNamesOf(store, keys.slice(0, 5)).sort())
  }),
  logCase('scans no mark that has expired', async ({ store }) => {
    const { expiresAt } = await recordShortLived(store, 100)
    await eventually(() => Date.now() >= expiresAt + clockOffsetMs, 'the clock reaches the expiry')
    assert.equal((await scanLog(store, store.logOf(someKey()))).size, 0)
  }),
  logCase('scans in batches of at most 1,000 marks', async ({ store }) => {
    const keys = keysOfLog(store, 2_500)
    for (let index = 0; index < keys.length; index += 500)
      await store.record(keys.slice(index, index + 500).map((key) => ({ key, mark: someMark() })))
    assert.equal((await scanLog(store)).size, 2_500)
  }),
  logCase('scans every mark that is left alone while others are written', async (opened) => {
    const { scanned, untouched } = await scanWhileWriting(opened)
    const missing = logNamesOf(opened.store, untouched).filter((name) => !scanned.has(name))
    assert.deepEqual(missing.slice(0, 5), [], `${missing.length} marks are missing`)
  }),
  logCase('makes up the store from a scan and the log since it began', async (opened) => {
    const { store } = opened
    const { scanned, start, all } = await scanWhileWriting(opened)
    const logged = replay(await readOn(store, start))
    const found = new Map((await store.find(all)).map(({ key, mark }) => [nameOf(store.logKey(key)), mark]))
    for (const name of logNamesOf(store, all))
      assertEqual(logged.has(name) ? logged.get(name) : scanned.get(name), found.get(name), name)
  }),
]

/** Scans while the other handle records new keys, changes marks and forgets keys. */
async function scanWhileWriting({ store, peer = store }: OpenStore<FollowableStore>): Promise<{
  readonly scanned: ScannedMarks
  /** The end of the log before the scan. */
  readonly start: LogPosition
  readonly untouched: readonly Key[]
  readonly all: readonly Key[]
}> {
  const untouched = keysOfLog(store, 3_000, 'untouched')
  const touched = keysOfLog(store, 1_000, 'touched')
  const added = keysOfLog(store, 200, 'added')
  const before = [...touched, ...untouched]
  for (let index = 0; index < before.length; index += 500)
    await store.record(before.slice(index, index + 500).map((key) => ({ key, mark: someMark() })))
  const start = await endOf(store)
  const scanned = await scanLog(store, 0, async (batch) => {
    const changing = touched.slice(200 * batch, 200 * batch + 200)
    await peer.forget(changing.slice(0, 180))
    const recorded = [...changing.slice(160), ...added.slice(40 * batch, 40 * batch + 40)]
    await peer.record(recorded.map((key) => ({ key, mark: someMark({ reason: 'changed' }) })))
  })
  return { scanned, start, untouched, all: [...before, ...added] }
}

function assertEqual(actual: Mark | undefined, expected: Mark | undefined, name: string): void {
  const isEqual = actual === undefined || expected === undefined ? actual === expected : marksEqual(actual, expected)
  assert.ok(isEqual, `another mark than expected for ${name.slice(0, 100)}`)
}
