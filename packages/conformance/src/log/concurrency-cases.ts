import assert from 'node:assert/strict'
import type { FollowableStore, Key, LogEntry, Mark } from '@revoked/core'
import type { OpenStore } from '../case.ts'
import { someMark } from '../samples.ts'
import { endOf, keysOfLog, logNamesOf, nameOf, readOn } from './follow-log.ts'
import { type LogCase, logCase } from './log-subject.ts'

/** The keys of one writer. It records each key, and forgets those of the second list. */
interface WriterKeys {
  readonly recorded: readonly Key[]
  readonly forgotten: readonly Key[]
}

/** The cases of reads while others write: the log is neither behind the store nor ahead of it. */
export const concurrencyCases: readonly LogCase[] = [
  logCase('returns each change that was acknowledged before the read', async (opened) => {
    const seen = new Set<string>()
    for await (const { acknowledged, entries } of readWhileWriting(opened, keysOfWriters(opened.store))) {
      for (const { key, mark } of entries) seen.add(changeOf(key, mark))
      const missing = acknowledged.filter((change) => !seen.has(change))
      assert.deepEqual(missing, [], 'changes were acknowledged before the read, and are not in it')
    }
  }),
  logCase('has no change before the store has it', async (opened) => {
    const { store, peer = store } = opened
    const keys = keysOfWriters(store)
    const recorded = keys.flatMap((own) => own.recorded)
    const forgotten = new Set(
      logNamesOf(
        store,
        keys.flatMap((own) => own.forgotten),
      ),
    )
    for await (const { entries } of readWhileWriting(opened, keys)) {
      const found = await peer.find(recorded)
      const held = new Set(found.map(({ key }) => nameOf(store.logKey(key))))
      for (const { key, mark } of entries) {
        const name = nameOf(key)
        if (mark === undefined) assert.ok(!held.has(name), 'a key was forgotten by the log before the store')
        // A key may have been forgotten since the read.
        else assert.ok(held.has(name) || forgotten.has(name), 'the log has a mark before the store has it')
      }
    }
  }),
]

/** Returns the keys of four writers. */
function keysOfWriters(store: FollowableStore): WriterKeys[] {
  return [0, 1, 2, 3].map((writer) => {
    const recorded = keysOfLog(store, 40, `writer-${writer}`)
    return { recorded, forgotten: recorded.filter((_, index) => index % 4 === 0) }
  })
}

/** Yields what each read returned, and the changes that were acknowledged before it was sent. */
async function* readWhileWriting(
  { store, peer = store }: OpenStore<FollowableStore>,
  keys: readonly WriterKeys[],
): AsyncGenerator<{ readonly acknowledged: readonly string[]; readonly entries: readonly LogEntry[] }> {
  const changes: string[] = []
  let at = await endOf(peer)
  let isWriting = true
  const writers = keys.map((own, index) => writeOneByOne(index % 2 === 0 ? store : peer, own, changes))
  const writing = Promise.all(writers).finally(() => {
    isWriting = false
  })
  // It is awaited below, after the last read.
  writing.catch(() => undefined)
  try {
    for (let isLast = false; !isLast; await new Promise(setImmediate)) {
      isLast = !isWriting
      const acknowledged = [...changes]
      const entries = await readOn(peer, at)
      at = entries.at(-1)?.position ?? at
      yield { acknowledged, entries }
    }
  } finally {
    await writing
  }
}

/** Records and forgets keys, and adds each change to the list when it is acknowledged. */
async function writeOneByOne(store: FollowableStore, keys: WriterKeys, changes: string[]): Promise<void> {
  for (const key of keys.recorded) {
    const mark = someMark()
    await store.record([{ key, mark }])
    changes.push(changeOf(store.logKey(key), mark))
    if (!keys.forgotten.includes(key)) continue
    await store.forget([key])
    changes.push(changeOf(store.logKey(key), undefined))
  }
}

function changeOf(logKey: Key, mark: Mark | undefined): string {
  return `${nameOf(logKey)} ${mark === undefined ? 'forgotten' : 'recorded'}`
}
