import assert from 'node:assert/strict'
import type { FollowableStore, LogEntry, LogPosition } from '@revoked/core'
import { someMark } from '../samples.ts'
import { assertChain, assertSamePosition, endOf, keysOfLog, namesOf, readOn, tryReadOn } from './follow-log.ts'
import { type LogCase, logCase, shortLogCase } from './log-subject.ts'

/** The cases of resets: positions from which a log cannot be read on. */
export const resetCases: readonly LogCase[] = [
  resetCase('a position of another epoch', ({ middle, end }) =>
    [middle, end].map((position) => ({ ...position, epoch: `${position.epoch}x` })),
  ),
  resetCase('a position beyond the end', ({ end }) => [
    { ...end, sequence: end.sequence + 1 },
    { ...end, sequence: end.sequence + 10_000, tip: 'beyond' },
  ]),
  resetCase('a position with the tip of another one', ({ start, middle, end }) => [
    { ...end, tip: middle.tip },
    { ...middle, tip: end.tip },
    { ...start, tip: end.tip },
    { ...end, tip: `${end.tip}x` },
    { ...end, tip: '' },
  ]),
  resetCase('a sequence that no position has', ({ end }) =>
    [-1, 0.5, end.sequence - 0.5].flatMap((sequence) => [
      { ...end, sequence },
      { ...end, sequence, tip: String(sequence) },
    ]),
  ),
  shortLogCase('resets a position that the log no longer reaches back to', async ({ store, logLength }) => {
    assertShort(logLength)
    const start = await endOf(store)
    const written: LogEntry[] = []
    for (let at = start; ; at = written.at(-1)?.position ?? at) {
      await writeSome(store, Math.min(logLength, 100), written.length)
      written.push(...(await readOn(store, at)))
      const entries = await tryReadOn(store, start)
      if (entries === undefined) break
      assert.deepEqual(namesOf(entries), namesOf(written), 'a read from the start returns all entries, or a reset')
      assert.ok(written.length < 20 * logLength + 2_000, 'openShort must open a store whose log is trimmed')
    }
    const reset = await store.read(0, start)
    assertSamePosition(reset.position, await endOf(store), 'the position of a reset must be the end of the log')
    assert.deepEqual(await readOn(store, reset.position), [])
  }),
  shortLogCase('holds at least the promised number of entries', async ({ store, logLength }) => {
    assertShort(logLength)
    const written: LogEntry[] = []
    let at = await endOf(store)
    while (written.length < 5 * logLength + 500) {
      // Between 1 entry and as many as the log must hold.
      await writeSome(store, 1 + ((written.length * 7) % logLength), written.length)
      written.push(...(await readOn(store, at)))
      at = written.at(-1)?.position ?? at
      const oldest = written.at(-logLength - 1)
      if (oldest === undefined) continue
      const held = await readOn(store, oldest.position)
      assert.deepEqual(namesOf(held), namesOf(written.slice(-logLength)))
    }
  }),
]

interface KnownPositions {
  readonly start: LogPosition
  readonly middle: LogPosition
  readonly end: LogPosition
}

function resetCase(what: string, forge: (positions: KnownPositions) => readonly LogPosition[]): LogCase {
  return logCase(`resets ${what}`, async ({ store }) => {
    const start = await endOf(store)
    await writeSome(store, 4)
    const entries = await readOn(store, start)
    assertChain(start, entries)
    const [middle, end] = [entries[1]?.position, entries[3]?.position]
    assert.ok(middle && end && entries.length === 4, 'four records are four entries')
    for (const forged of forge({ start, middle, end })) {
      const { reset, position } = await store.read(0, forged)
      assert.equal(reset, true, `a read from ${JSON.stringify(forged)} must return a reset`)
      assertSamePosition(position, end, 'the position of a reset must be the end of the log')
    }
    // The positions that were not forged are still good.
    assert.equal((await readOn(store, middle)).length, 2)
  })
}

/** Records marks of new keys of the first log in one batch. */
async function writeSome(store: FollowableStore, count: number, batch = 0): Promise<void> {
  await store.record(keysOfLog(store, count, `batch-${batch}`).map((key) => ({ key, mark: someMark() })))
}

function assertShort(logLength: number): void {
  assert.ok(Number.isSafeInteger(logLength) && logLength >= 2 && logLength <= 1_000, 'logLength must be 2 to 1,000')
}
