import { randomBytes } from 'node:crypto'
import { encodeMark, type Key, type LogEntry, type LogPosition, type Mark } from '@revoked/core'
import type { MarkStatements, Row } from '../connection/mark-statements.ts'
import { toStored } from '../connection/text.ts'

/** The end of the change log, as one transaction moves it on. */
export interface LogTail {
  /** Appends what a key holds from now on. `undefined`: it was forgotten. */
  readonly append: (key: Key, mark: Mark | undefined) => void
  /** The position before the transaction. */
  readonly start: LogPosition
  /** What was appended. */
  readonly entries: readonly LogEntry[]
  /** Takes back what was appended since there were that many entries. */
  readonly takeBack: (count: number) => void
  /** Writes the new end, and drops entries that are too old. Call it once, at the end. */
  readonly end: () => void
}

/** Returns the end of the log, or `undefined` if the log has not begun. */
export function readFeed(statements: MarkStatements): LogPosition | undefined {
  const row = statements.feed.get() as Row<'epoch' | 'sequence' | 'tip'> | undefined
  if (row === undefined) return undefined
  return { epoch: String(row.epoch), sequence: Number(row.sequence), tip: String(row.tip) }
}

/**
 * Returns the end of the log within a transaction that has the lock of writers. A log that has not
 * begun, or whose end was deleted, begins with a new epoch.
 */
export function openTail(statements: MarkStatements, logLength: number): LogTail {
  const start = readFeed(statements) ?? begin(statements)
  const { epoch } = start
  // SQLite may have been restored from a copy that has the same epoch and sequence: a tip never
  // comes twice.
  const nonce = randomBytes(9).toString('base64url')
  const entries: LogEntry[] = []
  const last = (): LogPosition => entries.at(-1)?.position ?? start

  return {
    start,
    entries,
    append: (key, mark) => {
      const { sequence: before, tip: previousTip } = last()
      const position = { epoch, sequence: before + 1, tip: `${nonce}${entries.length}` }
      statements.append.run(
        position.sequence,
        position.tip,
        toStored(key.scope),
        toStored(key.value),
        mark === undefined ? null : encodeMark(mark),
      )
      entries.push({ position, previousTip, key, mark })
    },
    takeBack: (count) => void entries.splice(count),
    end: () => {
      if (entries.length === 0) return
      const { sequence, tip } = last()
      statements.putFeed.run(epoch, sequence, tip)
      // The entry before the oldest that must be kept stays: its tip is that of the position
      // before.
      statements.trimLog.run(sequence - logLength, 2 * entries.length)
    },
  }
}

function begin(statements: MarkStatements): LogPosition {
  const start = { epoch: randomBytes(12).toString('base64url'), sequence: 0, tip: '' }
  statements.clearLog.run()
  statements.putFeed.run(start.epoch, start.sequence, start.tip)
  return start
}
