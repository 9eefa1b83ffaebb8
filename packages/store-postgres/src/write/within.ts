import type { Key, StoreInTransaction } from '@revoked/core'
import type { PostgresTransaction } from '../clients/detect-client.ts'
import { agreeWithin } from '../marks/agree.ts'
import { findMarks } from '../marks/find-marks.ts'
import { forgetMarks } from '../marks/forget-marks.ts'
import { assertRecorded, recordMarks } from '../marks/record-marks.ts'
import type { DatabaseFunctions } from '../schema/functions.ts'
import { createTransactionFunctions } from '../schema/transaction-functions.ts'
import { toForget, toRecord } from './mark-writes.ts'

/** Options for {@link createWithin}. */
export interface WithinOptions {
  readonly schema: string
  readonly nameOf: (key: Key) => Key
  readonly keepsAudit: boolean
  /** The functions outside of the transaction. */
  readonly outside: DatabaseFunctions
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
  outside,
  committed,
}: WithinOptions): (transaction: PostgresTransaction) => StoreInTransaction {
  return (transaction) => {
    const functions = createTransactionFunctions(transaction, schema)
    return {
      record: async (marks, note) => {
        const items = toRecord(marks, { note: keepsAudit ? note : undefined, nameOf })
        await recordMarks(functions, items, null)
        return assertRecorded(items)
      },
      find: (keys) => findMarks(functions, keys, nameOf),
      forget: (keys, note) =>
        forgetMarks(functions, toForget(keys, { note: keepsAudit ? note : undefined, nameOf }), null),
      agree: (shared) => agreeWithin(functions, outside, shared),
      committed,
    }
  }
}
