import type { Key, LogEntry, LogPosition, LogRead } from '@revoked/core'

/** A key, and the cutoff that it holds from now on. `undefined`: it is forgotten. */
interface Change {
  readonly key: Key
  readonly cutoff: number | undefined
}

/** One log of the remote, with its marks. Every operation takes effect at once. */
export interface Primary {
  /**
   * Returns the number of the node. It changes at each failover, and subscriptions to the old node
   * receive nothing more.
   */
  readonly node: () => number
  readonly position: () => LogPosition
  readonly cutoffOf: (value: string) => number | undefined
  /** Merges cutoffs and forgets keys. Changes that change nothing have no entry. */
  readonly write: (changes: readonly Change[]) => void
  readonly read: (after: LogPosition | undefined) => LogRead
  /** Returns the marks that were written up to a position, and are still held. */
  readonly marksUpTo: (position: LogPosition) => readonly (readonly [value: string, cutoff: number])[]
  /** Removes all but the last entries. */
  readonly trim: (keptEntries: number) => void
  /** Removes the marks and the log. */
  readonly flush: () => void
  /** Removes the log alone. */
  readonly dropLog: () => void
  /** Keeps a snapshot of the marks and the log. */
  readonly save: () => void
  /** Returns to the last snapshot. */
  readonly restore: () => void
  /** Promotes a replica that lacks the last changes. */
  readonly failOver: (lostChanges: number) => void
}

/** Options for `createPrimary`. */
export interface PrimaryOptions {
  readonly publish: (entries: readonly LogEntry[]) => void
  /** Called when keys hold other marks than before. `isReturn`: a former state has come back. */
  readonly moved: (values: Iterable<string>, isReturn: boolean) => void
  /** The number of entries that the log keeps. */
  readonly capacity: number
  /** The limit of entries in a page. */
  readonly pageSize: number
}

interface State {
  readonly position: LogPosition
  readonly entries: readonly LogEntry[]
  readonly cutoffs: ReadonlyMap<string, number>
  /** The sequence of the last entry of each key. */
  readonly writtenAt: ReadonlyMap<string, number>
}

/** The number of changes that a replica may be behind. */
const maxLag = 4

/** Returns an empty log. */
export function createPrimary({ publish, moved, capacity, pageSize }: PrimaryOptions): Primary {
  let names = 0
  let node = 0
  const begin = (): Pick<State, 'position' | 'entries' | 'writtenAt'> => ({
    position: { epoch: `epoch ${names++}`, sequence: 0, tip: 'begin' },
    entries: [],
    writtenAt: new Map(),
  })
  let state: State = { ...begin(), cutoffs: new Map() }
  let saved = state
  let past: State[] = []

  function become(next: State, isReturn: boolean): void {
    const values = new Set([...state.cutoffs.keys(), ...next.cutoffs.keys()])
    state = next
    moved(values, isReturn)
  }

  function append({ key, cutoff }: Change): LogEntry | undefined {
    const before = state.cutoffs.get(key.value)
    const after = cutoff === undefined ? undefined : Math.max(cutoff, before ?? 0)
    if (after === before) return undefined
    past = [...past, state].slice(-maxLag)
    const { position, entries } = state
    const entry: LogEntry = {
      position: { epoch: position.epoch, sequence: position.sequence + 1, tip: `change ${names++}` },
      previousTip: position.tip,
      key,
      mark: after === undefined ? undefined : { cutoff: after, expiresAt: Infinity },
    }
    const cutoffs = new Map(state.cutoffs)
    if (after === undefined) cutoffs.delete(key.value)
    else cutoffs.set(key.value, after)
    state = {
      position: entry.position,
      entries: [...entries, entry].slice(-capacity),
      cutoffs,
      writtenAt: new Map(state.writtenAt).set(key.value, entry.position.sequence),
    }
    moved([key.value], false)
    return entry
  }

  function tipAt(sequence: number): string | undefined {
    const { position, entries } = state
    if (sequence === position.sequence) return position.tip
    return entries.find((entry) => entry.position.sequence === sequence + 1)?.previousTip
  }

  return {
    node: () => node,
    position: () => state.position,
    cutoffOf: (value) => state.cutoffs.get(value),
    write: (changes) => {
      const entries = changes.map(append).filter((entry) => entry !== undefined)
      if (entries.length > 0) publish(entries)
    },
    read: (after) => {
      const { position, entries } = state
      if (after?.epoch !== position.epoch || tipAt(after.sequence) !== after.tip) return { reset: true, position }
      const page = entries.filter((entry) => entry.position.sequence > after.sequence).slice(0, pageSize)
      const complete = page.length === position.sequence - after.sequence
      return { reset: false, entries: page, position, complete }
    },
    marksUpTo: ({ epoch, sequence, tip }) => {
      if (epoch !== state.position.epoch || tipAt(sequence) !== tip) return []
      return [...state.cutoffs].filter(([value]) => (state.writtenAt.get(value) ?? 0) <= sequence)
    },
    trim: (keptEntries) => {
      state = { ...state, entries: keptEntries === 0 ? [] : state.entries.slice(-keptEntries) }
    },
    flush: () => {
      past = []
      become({ ...begin(), cutoffs: new Map() }, false)
    },
    dropLog: () => {
      past = []
      state = { ...state, ...begin() }
    },
    save: () => {
      saved = state
    },
    restore: () => {
      past = []
      become(saved, true)
    },
    failOver: (lostChanges) => {
      node++
      const survivor = lostChanges === 0 ? undefined : past.at(-lostChanges)
      past = []
      if (survivor !== undefined) become(survivor, true)
    },
  }
}
