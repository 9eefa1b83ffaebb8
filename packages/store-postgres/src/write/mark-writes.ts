import type { AuditNote, Key, KeyedMark, RevocationStore } from '@revoked/core'
import { agree } from '../marks/agree.ts'
import { forgetMarks } from '../marks/forget-marks.ts'
import type { MarkToRecord } from '../marks/merge-marks.ts'
import { assertRecorded, recordMarks } from '../marks/record-marks.ts'
import type { DatabaseFunctions } from '../schema/functions.ts'
import { createGroupWriter } from './group-writer.ts'

/** Options for {@link createMarkWrites}. */
export interface MarkWritesOptions {
  readonly functions: DatabaseFunctions
  readonly nameOf: (key: Key) => Key
  readonly keepsAudit: boolean
  /** Called after changes were committed. Does not throw. */
  readonly committed: () => void
}

/**
 * The number of marks to record, or keys to forget, by one statement: about 15 ms of the server.
 */
const sliceSize = 500

/** How long `forget` and `agree` wait for a row that a transaction has changed, in ms. */
const lockMs = 5_000

/** Returns the methods of a store that write. */
export function createMarkWrites({
  functions,
  nameOf,
  keepsAudit,
  committed,
}: MarkWritesOptions): Pick<RevocationStore, 'record' | 'forget' | 'agree'> {
  const write = createGroupWriter<MarkToRecord>({
    write: (marks, lockMs) => recordMarks(functions, marks, lockMs),
    maxItems: sliceSize,
  })

  async function inSlices<Item>(items: readonly Item[], operation: (slice: readonly Item[]) => Promise<void>) {
    try {
      for (let start = 0; start < items.length; start += sliceSize)
        await operation(items.slice(start, start + sliceSize))
    } finally {
      if (items.length > 0) committed()
    }
  }

  return {
    record: async (marks, note) => {
      const items = toRecord(marks, { note: keepsAudit ? note : undefined, nameOf })
      await inSlices(items, write)
      return assertRecorded(items)
    },
    forget: async (keys, note) => {
      const items = toForget(keys, { note: keepsAudit ? note : undefined, nameOf })
      await inSlices(items, (slice) => forgetMarks(functions, slice, lockMs))
    },
    agree: (shared) => agree(functions, shared, lockMs),
  }
}

/** What is named and entered alike, within a transaction and outside. */
export interface Naming {
  /** `undefined`: nothing is entered in an audit trail. */
  readonly note: AuditNote | undefined
  readonly nameOf: (key: Key) => Key
}

/** Returns marks as they are recorded. */
export function toRecord(marks: readonly KeyedMark[], { note, nameOf }: Naming): readonly MarkToRecord[] {
  return marks.map(({ key, mark }, index) => ({
    key: nameOf(key),
    mark,
    subject: subjectOf(index, { note, nameOf }),
    note,
    changed: undefined,
  }))
}

/** Returns keys as they are forgotten. */
export function toForget(keys: readonly Key[], naming: Naming): readonly KeyToForget[] {
  const { note, nameOf } = naming
  return keys.map((key, index) => ({ key: nameOf(key), subject: subjectOf(index, naming), note }))
}

/** A key to forget, by its stored name. */
export type KeyToForget = Pick<MarkToRecord, 'key' | 'subject' | 'note'>

function subjectOf(index: number, { note, nameOf }: Naming): Key | undefined {
  const subject = note?.subjects[index]
  return subject && nameOf(subject)
}
