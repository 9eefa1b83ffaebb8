import { memoryStore } from '@revoked/store-memory'
import { type BrokenLog, withPositions, withReads, wrapped } from './break-log.ts'

/** Stores that read on from positions that they cannot know, or from too few. */
export const brokenResets: readonly BrokenLog[] = [
  {
    bug: 'ignores the epoch',
    detectedBy: 'resets a position of another epoch',
    open: withPositions((after, { epoch }) => ({ ...after, epoch })),
  },
  {
    bug: 'returns a reset with the position of the caller',
    detectedBy: 'resets a position of another epoch',
    open: withReads((read, after) => (read.reset ? { reset: true, position: after ?? read.position } : read)),
  },
  {
    bug: 'has nothing to say to a position beyond the end',
    detectedBy: 'resets a position beyond the end',
    open: withPositions((after, end) => (after.sequence > end.sequence ? end : after)),
  },
  {
    bug: 'ignores the tip',
    detectedBy: 'resets a position with the tip of another one',
    open: withPositions((after) => ({ ...after, tip: String(after.sequence) })),
  },
  {
    bug: 'compares the tip at the end only',
    detectedBy: 'resets a position with the tip of another one',
    open: withPositions((after, end) =>
      after.sequence === end.sequence ? after : { ...after, tip: String(after.sequence) },
    ),
  },
  {
    bug: 'rounds sequences',
    detectedBy: 'resets a sequence that no position has',
    open: withPositions(({ epoch, sequence, tip }) => {
      const rounded = Math.max(0, Math.floor(sequence))
      return { epoch, sequence: rounded, tip: tip === String(sequence) ? String(rounded) : tip }
    }),
  },
  {
    bug: 'returns what is left of a log that was trimmed',
    detectedBy: 'resets a position that the log no longer reaches back to',
    open: wrapped((store) => ({
      read: async (log, after) => {
        const read = await store.read(log, after)
        if (!read.reset || after === undefined || after.epoch !== read.position.epoch) return read
        const sequence = read.position.sequence - 5
        return await store.read(log, { ...after, sequence, tip: String(sequence) })
      },
    })),
  },
  {
    bug: 'is at the end of a log that was trimmed, and says nothing',
    detectedBy: 'resets a position that the log no longer reaches back to',
    open: withReads((read, after) =>
      read.reset && after?.epoch === read.position.epoch
        ? { reset: false, entries: [], position: after, complete: true }
        : read,
    ),
  },
  {
    bug: 'holds fewer entries than it promises',
    detectedBy: 'holds at least the promised number of entries',
    open: ({ logLength = 10_000 }) => ({ store: memoryStore({ logLength: Math.ceil(logLength / 4) }) }),
  },
]
