import assert from 'node:assert/strict'
import type { FollowableStore, Key, LogEntry, LogPosition, Mark } from '@revoked/core'
import { someKey } from '../samples.ts'

/** The limit of entries in a page of a read, and of marks in a batch of a scan. */
export const maxPageSize = 1_000

/** Returns the end of a log. */
export async function endOf(store: FollowableStore, log = 0): Promise<LogPosition> {
  const { reset, position } = await store.read(log)
  assert.equal(reset, true, 'a read without a position must return a reset')
  assert.ok(typeof position.epoch === 'string' && typeof position.tip === 'string', 'names must be strings')
  assert.ok(Number.isSafeInteger(position.sequence) && position.sequence >= 0, 'the sequence must be a count')
  return position
}

/** Returns all entries from a position to the end of a log, page by page. Checks each page. */
export async function readOn(store: FollowableStore, after: LogPosition, log = 0): Promise<readonly LogEntry[]> {
  const entries = await tryReadOn(store, after, log)
  assert.ok(entries, 'the log must reach back to the position of a caller that reads on')
  return entries
}

/** Does the same as `readOn`, but returns `undefined` if the first page is a reset. */
export async function tryReadOn(
  store: FollowableStore,
  after: LogPosition,
  log = 0,
): Promise<readonly LogEntry[] | undefined> {
  const entries: LogEntry[] = []
  let at = after
  for (;;) {
    const page = await store.read(log, at)
    if (page.reset && at === after) return undefined
    assert.ok(!page.reset, 'the log must reach back to the last entry of a page')
    assert.ok(page.entries.length <= maxPageSize, `a page has ${page.entries.length} entries`)
    assertChain(at, page.entries)
    at = page.entries.at(-1)?.position ?? at
    entries.push(...page.entries)
    assert.equal(page.complete, isSamePosition(at, page.position), 'a page is complete if it reaches to the end')
    if (page.complete) return entries
    assert.ok(page.entries.length > 0, 'a page that does not reach to the end must have an entry')
  }
}

/** Fails unless each entry follows the one before, without a hole. */
export function assertChain(start: LogPosition, entries: readonly LogEntry[]): void {
  let before = start
  for (const { position, previousTip } of entries) {
    assert.equal(position.epoch, before.epoch, 'an entry has another epoch')
    assert.equal(position.sequence, before.sequence + 1, 'the sequence has a hole')
    assert.equal(previousTip, before.tip, 'an entry does not follow the tip before')
    assert.notEqual(position.tip, before.tip, 'an entry has the tip of the one before')
    before = position
  }
}

/** Returns whether two positions are equal. */
function isSamePosition(a: LogPosition, b: LogPosition): boolean {
  return a.epoch === b.epoch && a.sequence === b.sequence && a.tip === b.tip
}

/** Fails unless two positions are equal. */
export function assertSamePosition(actual: LogPosition, expected: LogPosition, message: string): void {
  const { epoch, sequence, tip } = expected
  assert.deepEqual(
    { epoch: actual.epoch, sequence: actual.sequence, tip: actual.tip },
    { epoch, sequence, tip },
    message,
  )
}

/** Returns a string that is equal for equal keys only. */
export function nameOf({ scope, value }: Key): string {
  return JSON.stringify([scope, value])
}

/** Returns the names of the entries' keys, in order. */
export function namesOf(entries: readonly { readonly key: Key }[]): string[] {
  return entries.map(({ key }) => nameOf(key))
}

/** Returns what the log names the keys. */
export function logNamesOf(store: FollowableStore, keys: readonly Key[]): string[] {
  return keys.map((key) => nameOf(store.logKey(key)))
}

/** Returns what each key holds after the entries, by its name in the log. */
export function replay(entries: readonly LogEntry[]): Map<string, Mark | undefined> {
  return new Map(entries.map(({ key, mark }) => [nameOf(key), mark]))
}

/** Returns different keys whose changes are in the log. */
export function keysOfLog(store: FollowableStore, count: number, prefix = 'user', log = 0): Key[] {
  const keys: Key[] = []
  for (let index = 0; keys.length < count; index++) {
    const key = someKey(`${prefix}-${index}`)
    if (store.logOf(key) === log) keys.push(key)
    assert.ok(index < 1_000 * (count + store.logs), 'logOf must spread keys over all logs')
  }
  return keys
}

/** Returns the numbers of all logs. */
export function logsOf(store: FollowableStore): number[] {
  assert.ok(Number.isSafeInteger(store.logs) && store.logs >= 1, 'logs must be a count')
  return Array.from({ length: store.logs }, (_, log) => log)
}
