import type { DatabaseFunctions } from '../schema/functions.ts'
import { auditRow, inKeyOrder, type MarkToRecord } from './merge-marks.ts'

/** Forgets keys, and enters those that held a mark in the log and in the audit trail. */
export async function forgetMarks(
  functions: DatabaseFunctions,
  keys: readonly Pick<MarkToRecord, 'key' | 'subject' | 'note'>[],
  lockMs: number | null,
): Promise<void> {
  if (keys.length === 0) return
  const rows = inKeyOrder(keys).map(({ key: { scope, value }, subject, note }) => ({
    scope,
    value,
    entries: note === undefined ? null : [auditRow({ subject }, note)],
  }))
  await functions.call('forget_keys', JSON.stringify(rows), lockMs === null ? null : String(lockMs))
}
