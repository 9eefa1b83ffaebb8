import type { Key, KeyedMark, LogEntry, LogPosition, LogRead } from '@revoked/core'
import type { Random } from '../../simulation/random.ts'

/** A primary with one log, which can be lost and set back. Marks differ by their cutoffs. */
export interface Primary {
  readonly find: (keys: readonly Key[]) => readonly KeyedMark[]
  readonly write: (key: Key, cutoff: number | undefined) => void
  readonly read: (after: LogPosition | undefined) => LogRead
  /** Returns the keys that hold a mark. */
  readonly keys: () => readonly Key[]
  readonly position: () => LogPosition
  /** Keeps the state, for {@link restore}. */
  readonly save: () => void
  /** Sets data and log back, and writes a mark on top, so that the log is another one. */
  readonly restore: () => void
  readonly flush: () => void
  readonly trim: () => void
}

/** Options for {@link createPrimary}. */
export interface PrimaryOptions {
  readonly random: Random
  readonly publish: (entry: LogEntry) => void
  /** Called after each change of the state. */
  readonly changed: () => void
}

interface State {
  readonly position: LogPosition
  readonly entries: readonly LogEntry[]
  readonly cutoffs: ReadonlyMap<string, number>
}

const pageSize = 5
const expiresAt = 1e15

/** Returns a primary without marks. */
export function createPrimary({ random, publish, changed }: PrimaryOptions): Primary {
  let names = 0
  const empty = (): State => ({
    position: { epoch: `epoch ${names++}`, sequence: 0, tip: 'none' },
    entries: [],
    cutoffs: new Map(),
  })
  let state = empty()
  let saved = state

  function become(next: State): void {
    state = next
    changed()
  }

  function write(key: Key, cutoff: number | undefined): void {
    const { position, entries, cutoffs } = state
    const before = cutoffs.get(key.value)
    const after = cutoff === undefined ? undefined : Math.max(cutoff, before ?? 0)
    if (after === before) return
    const entry: LogEntry = {
      position: { epoch: position.epoch, sequence: position.sequence + 1, tip: `entry ${names++}` },
      previousTip: position.tip,
      key,
      mark: after === undefined ? undefined : { cutoff: after, expiresAt },
    }
    const next = new Map(cutoffs)
    if (after === undefined) next.delete(key.value)
    else next.set(key.value, after)
    become({ position: entry.position, entries: [...entries, entry], cutoffs: next })
    publish(entry)
  }

  return {
    find: (keys) =>
      keys.flatMap((key) => {
        const cutoff = state.cutoffs.get(key.value)
        return cutoff === undefined ? [] : [{ key, mark: { cutoff, expiresAt } }]
      }),
    write,
    read: (after) => {
      const { position, entries } = state
      const start = entries.findIndex(({ previousTip }) => previousTip === after?.tip)
      const isEnd = after?.tip === position.tip && after.sequence === position.sequence
      if (after?.epoch !== position.epoch || (start === -1 && !isEnd)) return { reset: true, position }
      const page = isEnd ? [] : entries.slice(start, start + pageSize)
      return { reset: false, entries: page, position, complete: isEnd || start + page.length === entries.length }
    },
    keys: () => Array.from(state.cutoffs.keys(), (value) => ({ scope: 'jti', value })),
    position: () => state.position,
    save: () => {
      saved = state
    },
    restore: () => {
      become(saved)
      write({ scope: 'jti', value: '0' }, 1_000_000 + random.below(1_000_000))
    },
    flush: () => become(empty()),
    trim: () => {
      state = { ...state, entries: state.entries.slice(-random.below(3) || state.entries.length) }
    },
  }
}
