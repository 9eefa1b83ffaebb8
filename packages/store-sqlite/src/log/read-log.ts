import { decodeMark, type LogEntry, type LogPosition, type LogRead } from '@revoked/core'
import type { MarkStatements, Row } from '../connection/mark-statements.ts'
import { fromStored } from '../connection/text.ts'
import { readFeed } from './feed.ts'

/** The entries of a page: about 3 ms of the event loop. */
const pageSize = 500

/**
 * Reads a page of the log, in one transaction. Returns `undefined` if the log has not begun.
 *
 * @throws CorruptMarkError if an entry is not one of this version.
 */
export function readLog(statements: MarkStatements, after: LogPosition | undefined): LogRead | undefined {
  statements.database.exec('BEGIN')
  try {
    return readPage(statements, after)
  } finally {
    statements.database.exec('COMMIT')
  }
}

function readPage(statements: MarkStatements, after: LogPosition | undefined): LogRead | undefined {
  const position = readFeed(statements)
  if (position === undefined) return undefined
  if (after === undefined || !isKnown(statements, after, position)) return { reset: true, position }
  const rows = statements.readLog.all(after.sequence, pageSize) as readonly Row<LogColumn>[]
  const entries = entriesOf(rows, after)
  // Rows were deleted by another program: what follows cannot be told.
  if (entries === undefined || (rows.length < pageSize && (entries.at(-1)?.position ?? after).tip !== position.tip))
    return { reset: true, position }
  return { reset: false, entries, position, complete: after.sequence + entries.length === position.sequence }
}

type LogColumn = 'sequence' | 'tip' | 'scope' | 'value' | 'mark'

/** Returns whether the log has this position, and still has what follows it. */
function isKnown(statements: MarkStatements, after: LogPosition, end: LogPosition): boolean {
  const { epoch, sequence, tip } = after
  if (epoch !== end.epoch || !Number.isSafeInteger(sequence) || sequence < 0 || sequence > end.sequence) return false
  if (sequence === end.sequence) return tip === end.tip
  if (sequence === 0) return tip === '' && statements.entryAt.get(1) !== undefined
  return (statements.entryAt.get(sequence) as Row<'tip'> | undefined)?.tip === tip
}

/** Returns the entries, or `undefined` if there is a hole among them. */
function entriesOf(rows: readonly Row<LogColumn>[], after: LogPosition): LogEntry[] | undefined {
  const entries: LogEntry[] = []
  let { sequence, tip: previousTip } = after
  for (const row of rows) {
    if (row.sequence !== ++sequence) return undefined
    const tip = String(row.tip)
    entries.push({
      position: { epoch: after.epoch, sequence, tip },
      previousTip,
      key: { scope: fromStored(row.scope), value: fromStored(row.value) },
      mark: row.mark === null ? undefined : decodeMark(String(row.mark)),
    })
    previousTip = tip
  }
  return entries
}
