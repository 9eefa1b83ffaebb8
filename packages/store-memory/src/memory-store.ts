import {
  type FollowableStore,
  type Key,
  type KeyedMark,
  type Mark,
  markCovers,
  marksEqual,
  mergeMarks,
  StoreFullError,
} from '@revoked/core'
import { createFeed } from './feed.ts'
import { createMarkTable } from './mark-table.ts'
import { createSweeper } from './sweeper.ts'

/** The options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many marks it holds at most, about 250 bytes each. Beyond, records reject: a live mark is never evicted. Default 1,000,000. */
  readonly maxMarks?: number
  /** The clock, in ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
}

/** A {@link FollowableStore} in this process. */
export interface MemoryStore extends FollowableStore {
  /** How many marks it holds, those included that expired within the last moments and are not swept yet. */
  readonly size: number
}

/** Marks to look at in one slice of the sweep: about a millisecond's work. */
const sliceSize = 1_024

/**
 * Keeps revocations in this process: for tests, and for apps of one process that may forget them when they restart.
 * `find` answers synchronously. What expired is not found from that millisecond on, and is swept in the background.
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
  const { maxMarks = 1_000_000, now = () => Date.now() } = options
  if (!Number.isSafeInteger(maxMarks) || maxMarks < 1)
    throw new RangeError('maxMarks must be a whole number, at least 1.')
  if (typeof now !== 'function') throw new TypeError('now must be a function.')

  const table = createMarkTable()
  const feed = createFeed()
  const wakeSweeper = createSweeper({
    isEmpty: () => table.size === 0,
    sweepSlice: () => table.sweep(now(), sliceSize) === sliceSize,
  })

  function liveMark(key: Key, at: number): Mark | undefined {
    const mark = table.get(key)
    return mark !== undefined && mark.expiresAt > at ? mark : undefined
  }

  /** Sweeps as far as it must to hold the marks. @throws StoreFullError where that is not enough. */
  function makeRoom(marks: readonly KeyedMark[], at: number): void {
    if (table.size + marks.length <= maxMarks) return
    // A batch may name a key twice, or name known ones: counted exactly only when it matters.
    const added = new Set(
      marks
        .filter(({ key }) => liveMark(key, at) === undefined)
        .map(({ key }) => JSON.stringify([key.scope, key.value])),
    ).size
    while (table.size + added > maxMarks) {
      if (table.sweep(at, sliceSize) === 0) {
        throw new StoreFullError(
          `The memory store holds maxMarks (${maxMarks}) live marks. Raise maxMarks, or move to a store outside the process.`,
        )
      }
    }
  }

  /** Merges one mark into what its key holds. */
  function merge({ key, mark }: KeyedMark, at: number): { readonly changed: boolean; readonly stored?: KeyedMark } {
    const held = liveMark(key, at)
    const merged = held === undefined ? mark : mergeMarks(held, mark)
    if (held !== undefined && marksEqual(held, merged)) return { changed: false }
    table.put(key, merged)
    return { changed: held === undefined || !markCovers(held, mark), stored: { key, mark: merged } }
  }

  return {
    get size() {
      return table.size
    },

    // Without `await`: nothing else runs in between, which is what makes it atomic.
    record: async (marks) => {
      const at = now()
      const isLive = ({ mark }: KeyedMark): boolean => mark.expiresAt > at
      makeRoom(marks.filter(isLive), at)
      const merges = marks.map((keyed) => (isLive(keyed) ? merge(keyed, at) : { changed: false }))
      const stored = merges.flatMap((merged) => ('stored' in merged && merged.stored ? [merged.stored] : []))
      if (stored.length > 0) {
        wakeSweeper()
        feed.append(stored, [])
      }
      return merges.map(({ changed }) => changed)
    },

    find: (keys) => table.find(keys, now),

    forget: async (keys) => {
      const at = now()
      const forgotten = keys.filter((key) => liveMark(key, at) !== undefined)
      for (const key of forgotten) table.delete(key)
      if (forgotten.length > 0) feed.append([], forgotten)
    },

    logs: 1,
    logOf: () => 0,
    follow: (log, follower) => {
      if (log !== 0) throw new RangeError('The memory store has one log: 0.')
      return feed.follow(follower)
    },
  }
}
