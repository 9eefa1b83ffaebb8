import { decodeMark, type LogEntry, type LogPosition, type LogRead } from '@revoked/core'
import type { DatabaseFunctions } from '../schema/functions.ts'

interface LogAnswer {
  /** The end of the log. */
  readonly position: LogPosition
  /** Whether the log has the position that was asked for. */
  readonly known: boolean | null
  /** Whether changes are left that have no place in the log yet. */
  readonly more: boolean
  readonly entries: readonly LogRow[] | null
}

type LogRow = readonly [sequence: number, tip: string, scope: string, value: string, mark: string | null]

/**
 * Reads a page of the log on the primary. Changes that were committed get their places first.
 *
 * @throws CorruptMarkError (rejects) if an entry is not one of this version.
 */
export async function readLog(
  functions: DatabaseFunctions,
  after: LogPosition | undefined,
  logLength: number,
): Promise<LogRead> {
  // No log has another sequence.
  const isPossible = Number.isSafeInteger(after?.sequence)
  const asked = isPossible ? JSON.stringify(after) : null
  const answer = (await functions.read('read_log', asked, String(logLength))) as LogAnswer
  const { position, known, more } = answer
  if (after === undefined || known !== true) return { reset: true, position }
  const entries = entriesOf(answer.entries ?? [], after)
  // Rows were deleted by another program: what follows cannot be told.
  if (entries === undefined || (entries.length === 0 && after.sequence !== position.sequence))
    return { reset: true, position }
  const isAtEnd = (entries.at(-1)?.position ?? after).sequence === position.sequence
  return { reset: false, entries, position, complete: isAtEnd && !more }
}

/** Returns the entries, or `undefined` if there is a hole among them. */
function entriesOf(rows: readonly LogRow[], after: LogPosition): readonly LogEntry[] | undefined {
  const entries: LogEntry[] = []
  let { sequence: expected, tip: previousTip } = after
  for (const [sequence, tip, scope, value, mark] of rows) {
    if (sequence !== ++expected) return undefined
    entries.push({
      position: { epoch: after.epoch, sequence, tip },
      previousTip,
      key: { scope, value },
      mark: mark === null ? undefined : decodeMark(mark),
    })
    previousTip = tip
  }
  return entries
}
