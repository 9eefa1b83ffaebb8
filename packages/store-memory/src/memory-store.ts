import {
  assertKnownOptions,
  type FollowableStore,
  type Key,
  type KeyedMark,
  type Mark,
  MarkExpiredError,
  markCovers,
  marksEqual,
  mergeMarks,
  mergeSettings,
  type OptionNames,
  type SharedSettings,
} from '@revoked/core'
import { makeRoom } from './capacity.ts'
import { createFeed } from './feed.ts'
import { inSlices } from './in-slices.ts'
import { createMarkTable } from './mark-table.ts'
import { createSweeper } from './sweeper.ts'

/** Options for {@link memoryStore}. */
export interface MemoryStoreOptions {
  /**
   * The largest number of marks, about 250 bytes each. Marks of tokens and families may fill four
   * fifths of it and marks of sessions nine tenths, so that subjects, claims and everything can
   * still be revoked. Beyond that, records reject: a live mark is never evicted. Default 1,000,000.
   */
  readonly maxMarks?: number
  /** The clock, in ms since the epoch. Give `createRevocation` the same. Default `Date.now`. */
  readonly now?: () => number
}

/** A {@link FollowableStore} in the memory of this process. */
export interface MemoryStore extends FollowableStore {
  /** The number of stored marks. It may include marks that expired within the last second. */
  readonly size: number
}

const optionNames: OptionNames<MemoryStoreOptions> = { maxMarks: true, now: true }

/** The number of marks to look at in one slice of the sweep: about a millisecond. */
const sliceSize = 1_024

/**
 * The number of marks to record or to forget in one turn of the event loop: about 2 ms, and 5 ms
 * while maps grow (Node 20.20, 2026-11).
 */
const batchSliceSize = 2_048

/**
 * Returns a store that keeps revocations in this process: for tests, and for applications of one
 * process that may forget them when they restart. `find` returns synchronously. A mark is not found
 * from the millisecond of its expiry on, and is swept in the background.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore({ maxMarks: 100_000 }), maxTokenLifetime: '24h' })
 * await revocation.revoke({ subject: 'alice' }, { reason: 'password_changed' })
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  assertKnownOptions(options, optionNames)
  const { maxMarks = 1_000_000, now = () => Date.now() } = options
  if (!Number.isSafeInteger(maxMarks) || maxMarks < 1)
    throw new RangeError('maxMarks must be a whole number, at least 1.')
  if (typeof now !== 'function') throw new TypeError('now must be a function.')

  const table = createMarkTable()
  const feed = createFeed()
  let kept: SharedSettings | undefined
  const wakeSweeper = createSweeper({
    isEmpty: () => table.size === 0,
    sweepSlice: () => table.sweep(now(), sliceSize) === sliceSize,
  })

  function liveMark(key: Key, at: number): Mark | undefined {
    const mark = table.get(key)
    return mark !== undefined && mark.expiresAt > at ? mark : undefined
  }

  /** Merges one mark into that of its key. */
  function merge({ key, mark }: KeyedMark, at: number): { readonly changed: boolean; readonly stored?: KeyedMark } {
    const held = liveMark(key, at)
    const merged = held === undefined ? mark : mergeMarks(held, mark)
    if (held !== undefined && marksEqual(held, merged)) return { changed: false }
    table.put(key, merged)
    return { changed: held === undefined || !markCovers(held, mark), stored: { key, mark: merged } }
  }

  // There is no `await`, so nothing else runs in between and the change is atomic.
  function recordSlice(marks: readonly KeyedMark[]): readonly boolean[] {
    const at = now()
    if (marks.some(({ mark }) => mark.expiresAt <= at)) throw new MarkExpiredError()
    makeRoom(marks, maxMarks, {
      size: () => table.size,
      isHeld: (key) => liveMark(key, at) !== undefined,
      sweep: () => table.sweep(at, sliceSize) > 0,
    })
    const merges = marks.map((keyed) => merge(keyed, at))
    const stored = merges.flatMap((merged) => merged.stored ?? [])
    if (stored.length > 0) {
      wakeSweeper()
      feed.append(stored, [])
    }
    return merges.map(({ changed }) => changed)
  }

  function forgetSlice(keys: readonly Key[]): readonly Key[] {
    const at = now()
    const forgotten = keys.filter((key) => liveMark(key, at) !== undefined)
    for (const key of forgotten) table.delete(key)
    if (forgotten.length > 0) feed.append([], forgotten)
    return forgotten
  }

  return {
    get size() {
      return table.size
    },

    record: (marks) => inSlices(marks, batchSliceSize, recordSlice),

    find: (keys) => table.find(keys, now),

    forget: async (keys) => {
      await inSlices(keys, batchSliceSize, forgetSlice)
    },

    agree: async (settings) => {
      const at = now()
      kept = mergeSettings(kept, settings, at)
      return { ...kept, now: at }
    },

    logs: 1,
    logOf: () => 0,
    follow: (log, follower) => {
      if (log !== 0) throw new RangeError('The memory store has one log: 0.')
      return feed.follow(follower)
    },
  }
}
