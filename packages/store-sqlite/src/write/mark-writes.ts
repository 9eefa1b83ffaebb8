import type { Key, RevocationStore } from '@revoked/core'
import type { MarkStatements } from '../connection/mark-statements.ts'
import { inSlices } from '../in-slices.ts'
import { mergeAndKeep, mergeKept } from '../marks/agree.ts'
import { forgetKeys, type MarkTransaction, recordMarks } from '../marks/change-marks.ts'
import { notedItems } from '../marks/stored-key.ts'
import type { GroupWriter } from './group-writer.ts'

/** Options for {@link createMarkWrites}. */
export interface MarkWritesOptions {
  readonly writer: GroupWriter<MarkTransaction>
  readonly nameOf: (key: Key) => Key
  readonly now: () => number
  readonly statements: () => MarkStatements
}

/** The number of marks to record or keys to forget in one operation: 2 to 5 ms. */
const sliceSize = 64

/** Returns the methods of a store that write. */
export function createMarkWrites({
  writer,
  nameOf,
  now,
  statements,
}: MarkWritesOptions): Pick<RevocationStore, 'record' | 'forget' | 'agree'> {
  return {
    record: (marks, note) =>
      inSlices(notedItems(marks, note, nameOf), sliceSize, (slice) =>
        writer.write((transaction) => recordMarks(transaction, slice, note)),
      ),
    forget: async (keys, note) => {
      const items = keys.map((key) => ({ key }))
      await inSlices(notedItems(items, note, nameOf), sliceSize, (slice) =>
        writer.write((transaction) => forgetKeys(transaction, slice, note)),
      )
    },
    agree: async (shared) => {
      // Services agree once a minute, and seldom on anything new. Only that takes the lock.
      const { agreed, isNew } = mergeKept(statements(), shared, now())
      if (!isNew) return agreed
      return await writer.write((transaction) => mergeAndKeep(transaction.statements, shared, transaction.at))
    },
  }
}
