import { type AuditNote, encodeMark } from '@revoked/core'
import type { MarkStatements } from '../connection/mark-statements.ts'
import { toStored } from '../connection/text.ts'
import type { NotedChange } from '../marks/change-marks.ts'

/** Enters changes in the audit trail, in the transaction that makes them. */
export function enterChanges(
  statements: MarkStatements,
  changes: readonly NotedChange[],
  { at, actor = null, reason = null }: NullableNote,
): void {
  for (const { key, mark, subject } of changes) {
    statements.enter.run(
      at,
      mark === undefined ? 'reinstate' : 'revoke',
      toStored(key.scope),
      toStored(key.value),
      subject === undefined ? null : toStored(subject.scope),
      subject === undefined ? null : toStored(subject.value),
      mark === undefined ? null : encodeMark(mark),
      actor,
      reason,
    )
  }
}

type NullableNote = Pick<AuditNote, 'at'> & { readonly [Name in 'actor' | 'reason']?: string | null }
