import assert from 'node:assert/strict'
import type { FollowableStore, Key, LogPosition } from '@revoked/core'
import { confusableKeys, someKey, someMark } from '../samples.ts'
import { endOf, keysOfLog, logNamesOf, logsOf, nameOf, namesOf, readOn } from './follow-log.ts'
import { type LogCase, logCase } from './log-subject.ts'

/** The keys that the cases look at: confusable ones, and ordinary ones. */
const sampleKeys: readonly Key[] = [
  ...confusableKeys,
  ...Array.from({ length: 100 }, (_, index) => someKey(`user-${index}`)),
]

const noListener = { entries: () => {}, wake: () => {} }

/** The cases of `logs`, `logOf` and `logKey`. */
export const keyCases: readonly LogCase[] = [
  logCase('names a key the same every time, on every handle', async ({ store, peer = store }) => {
    for (const key of sampleKeys) {
      const named = store.logKey(key)
      assert.equal(named.scope, key.scope, 'logKey must keep the scope')
      assert.deepEqual({ ...store.logKey({ ...key }) }, { ...named }, 'logKey must return equal keys for equal keys')
      assert.deepEqual({ ...peer.logKey(key) }, { ...named }, 'logKey must not depend on the handle')
    }
  }),
  logCase('gives different keys different names', async ({ store }) => {
    const names = logNamesOf(store, sampleKeys)
    assert.equal(new Set(names).size, new Set(sampleKeys.map(nameOf)).size, 'logKey gave two keys one name')
  }),
  logCase('uses these names in the log', async ({ store }) => {
    const starts = await endsOf(store)
    await store.record(sampleKeys.map((key) => ({ key, mark: someMark() })))
    const logged: string[] = []
    for (const log of logsOf(store)) logged.push(...namesOf(await readOn(store, startOf(starts, log), log)))
    assert.deepEqual(logged.sort(), logNamesOf(store, sampleKeys).sort())
  }),
  logCase('has the changes of a key in the log of the key, and in no other', async ({ store, peer = store }) => {
    const starts = await endsOf(store)
    for (const key of sampleKeys) {
      const log = store.logOf(key)
      assert.ok(logsOf(store).includes(log), `there is no log ${log}`)
      assert.equal(store.logOf({ ...key }), log, 'logOf must return the same log every time')
      assert.equal(peer.logOf(key), log, 'logOf must not depend on the handle')
    }
    await store.record(sampleKeys.map((key) => ({ key, mark: someMark() })))
    for (const log of logsOf(store)) {
      const expected = sampleKeys.filter((key) => store.logOf(key) === log)
      const entries = await readOn(store, startOf(starts, log), log)
      assert.deepEqual(namesOf(entries).sort(), logNamesOf(store, expected).sort(), `log ${log}`)
    }
    for (const log of logsOf(store)) assert.equal(keysOfLog(store, 1, 'some', log).length, 1)
  }),
  logCase('throws a RangeError for a log that does not exist', async ({ store }) => {
    for (const log of [-1, store.logs, 0.5, Number.NaN]) {
      await assert.rejects(async () => await store.read(log), isRangeError, `read of log ${log}`)
      await assert.rejects(async () => await drain(store.scan(log)), isRangeError, `scan of log ${log}`)
      assert.throws(() => store.subscribe(log, noListener).close(), isRangeError, `subscribe to log ${log}`)
    }
  }),
]

/** Returns the ends of all logs. */
async function endsOf(store: FollowableStore): Promise<readonly LogPosition[]> {
  const ends: LogPosition[] = []
  for (const log of logsOf(store)) ends.push(await endOf(store, log))
  return ends
}

function startOf(starts: readonly LogPosition[], log: number): LogPosition {
  const start = starts[log]
  assert.ok(start)
  return start
}

async function drain(batches: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of batches);
}

function isRangeError(error: unknown): boolean {
  assert.ok(error instanceof RangeError, 'the error must be a RangeError')
  return true
}
