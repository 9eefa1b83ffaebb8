import type { Key, StoreInTransaction } from '@revoked/core'
import { type PostgresTransaction, transactionPortOf } from '../clients/detect-client.ts'
import { agree } from '../marks/agree.ts'
import { findMarks } from '../marks/find-marks.ts'
import { forgetMarks } from '../marks/forget-marks.ts'
import { assertRecorded, recordMarks } from '../marks/record-marks.ts'
import { createFunctions } from '../schema/functions.ts'
import { toForget, toRecord } from './mark-writes.ts'

/** Options for {@link createWithin}. */
export interface WithinOptions {
  readonly schema: string
  readonly nameOf: (key: Key) => Key
  readonly keepsAudit: boolean
  /** Called after the commit: sends a wake-up outside the transaction. */
  readonly committed: () => Promise<void>
}

/**
 * Returns the `within` of a store: its calls are statements on the client of the transaction, and
 * wait for rows as long as the transaction itself would.
 */
export function createWithin({
  schema,
  nameOf,
  keepsAudit,
  committed,
}: WithinOptions): (transaction: PostgresTransaction) => StoreInTransaction {
  return (transaction) => {
    const functions = createFunctions(transactionPortOf(transaction), schema)
    return {
      record: async (marks, note) => {
        const items = toRecord(marks, { note: keepsAudit ? note : undefined, nameOf })
        await recordMarks(functions, items, null)
        return assertRecorded(items)
      },
      find: (keys) => findMarks(functions, keys, nameOf),
      forget: (keys, note) =>
        forgetMarks(functions, toForget(keys, { note: keepsAudit ? note : undefined, nameOf }), null),
      agree: (shared) => agree(functions, shared, null),
      committed,
    }
  }
}
