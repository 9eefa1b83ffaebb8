import type { AuditNote, Key, KeyedMark, Mark } from '@revoked/core'
import type { AuditTrail } from './audit-trail.ts'
import { inSlices } from './in-slices.ts'
import type { Writer } from './writer.ts'

/** The writes of a store that keeps an audit trail. */
export interface NotedWrites {
  readonly record: (marks: readonly KeyedMark[], note: AuditNote) => Promise<readonly boolean[]>
  readonly forget: (keys: readonly Key[], note: AuditNote) => Promise<readonly boolean[]>
}

/** A write of one key, and whom it concerns. */
interface Noted<Item> {
  readonly item: Item
  readonly subject: Key | undefined
}

/** Returns writes that enter what they change, in the turn in which they change it. */
export function createNotedWrites(writer: Writer, trail: AuditTrail, sliceSize: number): NotedWrites {
  function writing<Item extends Key | KeyedMark>(
    write: (items: readonly Item[]) => readonly boolean[],
    changeOf: (item: Item) => { readonly key: Key; readonly mark: Mark | undefined },
  ): (items: readonly Item[], note: AuditNote) => Promise<readonly boolean[]> {
    return (items, note) => {
      const noted = items.map((item, index): Noted<Item> => ({ item, subject: note.subjects[index] }))
      return inSlices(noted, sliceSize, (slice) => {
        const changed = write(slice.map(({ item }) => item))
        const entered = slice.filter((_, index) => changed[index])
        trail.enter(
          entered.map(({ item, subject }) => ({ ...changeOf(item), subject })),
          note,
        )
        return changed
      })
    }
  }

  return {
    record: writing(writer.record, (keyed: KeyedMark) => keyed),
    forget: writing(writer.forget, (key: Key) => ({ key, mark: undefined })),
  }
}
