import { enterChanges } from '../audit/enter-changes.ts'
import type { MarkStatements } from '../connection/mark-statements.ts'
import { openTail } from '../log/feed.ts'
import type { LogWatcher } from '../log/log-watcher.ts'
import type { MarkTransaction } from '../marks/change-marks.ts'
import type { Joinable } from './group-writer.ts'

/** What the transactions of a store have in common. */
export interface TransactionSettings {
  readonly logLength: number
  readonly keepsAudit: boolean
  readonly now: () => number
}

/** Returns a transaction that has begun on the connection of the statements. */
export function openMarkTransaction(
  statements: MarkStatements,
  { logLength, keepsAudit, now }: TransactionSettings,
): MarkTransaction {
  const tail = openTail(statements, logLength)
  return {
    statements,
    tail,
    at: now(),
    enter: keepsAudit ? (changes, note) => enterChanges(statements, changes, note) : undefined,
  }
}

/** Makes a transaction one of the writer, which tells the watcher of its entries. */
export function joinable(transaction: MarkTransaction, watcher: LogWatcher): MarkTransaction & Joinable {
  const { tail } = transaction
  return {
    ...transaction,
    beginOperation: () => {
      const count = tail.entries.length
      return () => tail.takeBack(count)
    },
    end: tail.end,
    committed: () => watcher.committed(tail.start, tail.entries),
  }
}
