import {
  type Key,
  type KeyedMark,
  type Mark,
  MarkExpiredError,
  markCovers,
  marksEqual,
  mergeMarks,
} from '@revoked/core'
import { makeRoom } from './capacity.ts'
import type { Change } from './change-log.ts'
import type { MarkTable } from './mark-table.ts'

/** The write operations of the store. Each is atomic, because it runs within one turn. */
export interface Writer {
  /** Merges marks into those of their keys. Returns per mark whether more is revoked. */
  readonly record: (marks: readonly KeyedMark[]) => readonly boolean[]
  /** Forgets keys. Returns per key whether it held a mark. */
  readonly forget: (keys: readonly Key[]) => readonly boolean[]
}

/** Options for `createWriter`. */
export interface WriterOptions {
  readonly table: MarkTable
  readonly maxMarks: number
  readonly now: () => number
  /** Called with what was changed, before a write returns. */
  readonly changed: (changes: readonly Change[]) => void
}

/** The number of marks to look at if the table is full, before a write is refused. */
const sweepSize = 1_024

/** Returns the writer of a table. */
export function createWriter({ table, maxMarks, now, changed }: WriterOptions): Writer {
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

  function record(marks: readonly KeyedMark[]): readonly boolean[] {
    const at = now()
    if (marks.some(({ mark }) => mark.expiresAt <= at)) throw new MarkExpiredError()
    makeRoom(marks, maxMarks, {
      size: () => table.size,
      isHeld: (key) => liveMark(key, at) !== undefined,
      sweep: () => table.sweep(at, sweepSize) > 0,
    })
    const merges = marks.map((keyed) => merge(keyed, at))
    const stored = merges.flatMap((merged) => merged.stored ?? [])
    if (stored.length > 0) changed(stored)
    return merges.map(({ changed }) => changed)
  }

  function forget(keys: readonly Key[]): readonly boolean[] {
    const at = now()
    const wereHeld = keys.map((key) => {
      const isHeld = liveMark(key, at) !== undefined
      if (isHeld) table.delete(key)
      return isHeld
    })
    const forgotten = keys.filter((_, index) => wereHeld[index])
    if (forgotten.length > 0) changed(forgotten.map((key) => ({ key, mark: undefined })))
    return wereHeld
  }

  return { record, forget }
}
