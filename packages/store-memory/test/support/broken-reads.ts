import type { LogEntry, LogRead } from '@revoked/core'
import {
  type BrokenLog,
  rewriting,
  withLog,
  withPages,
  withPeer,
  withPositions,
  withReads,
  wrapped,
} from './break-log.ts'

/** Stores whose `read` breaks the contract. */
export const brokenReads: readonly BrokenLog[] = [
  {
    bug: 'returns the whole log to a read without a position',
    detectedBy: 'returns the end of the log to a read without a position',
    open: withReads((read, after) =>
      after === undefined ? { reset: false, entries: [], position: read.position, complete: true } : read,
    ),
  },
  {
    bug: 'cannot read on from the beginning of an empty log',
    detectedBy: 'returns the end of the log to a read without a position',
    open: withReads((read, after) => (after?.sequence === 0 ? { reset: true, position: read.position } : read)),
  },
  {
    bug: 'never says that a page reaches to the end',
    detectedBy: 'returns the end of the log to a read without a position',
    open: withPages((page) => ({ ...page, complete: false })),
  },
  {
    bug: 'leaves entries out',
    detectedBy: 'returns each change once, in order and in an unbroken chain',
    open: withPages((page) => ({ ...page, entries: page.entries.filter((_, index) => index !== 5) })),
  },
  {
    bug: 'returns an entry twice',
    detectedBy: 'returns each change once, in order and in an unbroken chain',
    open: withPages((page) => ({ ...page, entries: page.entries.flatMap((entry) => [entry, entry]) })),
  },
  {
    bug: 'returns entries in the order of their keys',
    detectedBy: 'returns each change once, in order and in an unbroken chain',
    open: withPages((page) => ({ ...page, entries: page.entries.toSorted(byKey) })),
  },
  {
    bug: 'begins a new epoch now and then',
    detectedBy: 'returns each change once, in order and in an unbroken chain',
    open: withPages((page) => ({ ...page, entries: page.entries.map(inAnotherEpoch) })),
  },
  {
    bug: 'has an unbroken chain of some of the changes',
    detectedBy: 'returns each change once, in order and in an unbroken chain',
    open: rewriting((entries) => entries.filter(({ position }) => position.sequence % 5 !== 0)),
  },
  {
    bug: 'names every tip the same',
    detectedBy: 'returns each change once, in order and in an unbroken chain',
    open: withReads((read) => withoutTips(read)),
  },
  {
    bug: 'says of each page that it reaches to the end',
    detectedBy: 'returns a long log in pages of at most 1,000 entries',
    open: withPages((page) => ({ ...page, complete: true })),
  },
  {
    bug: 'returns the end of the page for the end of the log',
    detectedBy: 'returns a long log in pages of at most 1,000 entries',
    open: withPages((page) => ({ ...page, position: page.entries.at(-1)?.position ?? page.position, complete: true })),
  },
  {
    bug: 'returns a page without a limit',
    detectedBy: 'returns a long log in pages of at most 1,000 entries',
    open: wrapped((store) => ({
      read: async (log, after) => {
        const entries: LogEntry[] = []
        for (let at = after; ; at = entries.at(-1)?.position) {
          const read = await store.read(log, at)
          if (read.reset) return read
          entries.push(...read.entries)
          if (read.complete) return { ...read, entries }
        }
      },
    })),
  },
  {
    bug: 'reads on from the end only',
    detectedBy: 'reads on from the position of any entry',
    open: withPositions((after, end) => (after.sequence === 0 || after.tip === end.tip ? after : undefined)),
  },
  {
    bug: 'begins a page with the entry that the caller has',
    detectedBy: 'reads on from the position of any entry',
    open: withPositions((after) => (after.sequence > 0 ? earlier(after) : after)),
  },
  {
    bug: 'appends after the record has resolved',
    detectedBy: 'returns each change that was acknowledged before the read',
    open: withLog((append) => ({ rewrite: (entries) => void setTimeout(() => append(entries), 5) })),
  },
  {
    bug: 'appends a mark before it is written',
    detectedBy: 'has no change before the store has it',
    open: withLog((append, store) => ({
      rewrite: () => undefined,
      methods: {
        record: async (marks) => {
          append(marks)
          await new Promise(setImmediate)
          return await store.record(marks)
        },
      },
    })),
  },
  {
    bug: 'appends that a key is forgotten before it is',
    detectedBy: 'has no change before the store has it',
    open: withLog((append, store) => ({
      rewrite: (entries) => append(entries.filter(({ mark }) => mark !== undefined)),
      methods: {
        forget: async (keys) => {
          append(keys.map((key) => ({ key, mark: undefined })))
          await new Promise(setImmediate)
          await store.forget(keys)
        },
      },
    })),
  },
  {
    bug: 'gives every log the same epoch',
    detectedBy: 'begins each log with a new epoch',
    open: withReads((read) => ({ ...read, position: { ...read.position, epoch: '1' } })),
  },
  {
    bug: 'has another log on each handle',
    detectedBy: 'has the same log on every handle',
    open: withPeer((store) => ({
      read: async (log) => {
        const { position } = await store.read(log)
        return { reset: true, position: { ...position, epoch: 'of the peer' } }
      },
    })),
  },
]

function byKey(a: LogEntry, b: LogEntry): number {
  return a.key.value < b.key.value ? -1 : 1
}

function inAnotherEpoch(entry: LogEntry): LogEntry {
  const { position } = entry
  return position.sequence % 7 === 0 ? { ...entry, position: { ...position, epoch: 'another' } } : entry
}

function withoutTips(read: LogRead): LogRead {
  if (read.reset) return read
  return {
    ...read,
    entries: read.entries.map((entry) => ({ ...entry, previousTip: '0', position: { ...entry.position, tip: '0' } })),
  }
}

function earlier<Position extends { readonly sequence: number }>(position: Position): Position {
  const sequence = position.sequence - 1
  return { ...position, sequence, tip: String(sequence) }
}
