import {
  type AuditNote,
  decodeMark,
  encodeMark,
  type Key,
  type KeyedMark,
  type Mark,
  MarkExpiredError,
  markCovers,
  marksEqual,
  mergeMarks,
} from '@revoked/core'
import type { MarkStatements, Row } from '../connection/mark-statements.ts'
import { toStored } from '../connection/text.ts'
import type { LogTail } from '../log/feed.ts'

/** What a change of marks needs: the statements of an open transaction, and the end of the log. */
export interface MarkTransaction {
  readonly statements: MarkStatements
  readonly tail: LogTail
  /** The clock of the store, in ms since the epoch. */
  readonly at: number
  /** Enters changes in the audit trail. `undefined`: the store keeps none. */
  readonly enter: ((changes: readonly NotedChange[], note: AuditNote) => void) | undefined
}

/** A change of one key, by its stored name, and the subject that it concerns. */
export interface NotedChange {
  readonly key: Key
  /** The mark as it was given. `undefined`: the key was forgotten. */
  readonly mark: Mark | undefined
  readonly subject: Key | undefined
}

/** A mark or a key to change, by its stored name, and the subject that it concerns. */
export type Noted<Item> = Item & { readonly subject: Key | undefined }

/**
 * Merges marks into those of their keys, and appends what changed to the log. Returns per mark
 * whether it revokes more.
 *
 * @throws MarkExpiredError before anything is written.
 */
export function recordMarks(
  transaction: MarkTransaction,
  marks: readonly Noted<KeyedMark>[],
  note: AuditNote | undefined,
): readonly boolean[] {
  const { at } = transaction
  if (marks.some(({ mark }) => mark.expiresAt <= at)) throw new MarkExpiredError()
  const changed = marks.map((keyed) => mergeMark(transaction, keyed))
  if (note !== undefined) {
    transaction.enter?.(
      marks.filter((_, index) => changed[index]),
      note,
    )
  }
  return changed
}

/** Forgets keys, and appends those that held a mark to the log. Returns per key whether it did. */
export function forgetKeys(
  transaction: MarkTransaction,
  keys: readonly Noted<{ readonly key: Key }>[],
  note: AuditNote | undefined,
): readonly boolean[] {
  const { statements, tail } = transaction
  const wereHeld = keys.map(({ key }) => {
    if (liveMark(transaction, key) === undefined) return false
    statements.dropMark.run(toStored(key.scope), toStored(key.value))
    tail.append(key, undefined)
    return true
  })
  if (note !== undefined) {
    const held = keys.filter((_, index) => wereHeld[index])
    transaction.enter?.(
      held.map(({ key, subject }) => ({ key, mark: undefined, subject })),
      note,
    )
  }
  return wereHeld
}

function mergeMark(transaction: MarkTransaction, { key, mark }: KeyedMark): boolean {
  const held = liveMark(transaction, key)
  const merged = held === undefined ? mark : mergeMarks(held, mark)
  if (held !== undefined && marksEqual(held, merged)) return false
  transaction.statements.putMark.run(toStored(key.scope), toStored(key.value), merged.expiresAt, encodeMark(merged))
  transaction.tail.append(key, merged)
  return held === undefined || !markCovers(held, mark)
}

function liveMark({ statements, at }: MarkTransaction, key: Key): Mark | undefined {
  const row = statements.findMark.get(toStored(key.scope), toStored(key.value)) as
    | Row<'expires_at' | 'mark'>
    | undefined
  return row === undefined || Number(row.expires_at) <= at ? undefined : decodeMark(String(row.mark))
}
