import type { Connection } from '../connection/connection.ts'
import type { MarkStatements } from '../connection/mark-statements.ts'
import { isInTransaction, type SqliteDatabase, type SqliteStatement } from '../connection/sqlite-database.ts'
import { pruneSliceSize } from './pruner.ts'

/** A table that is pruned by an instant. */
export interface Prunable {
  /** Returns a row if one is due. Its parameter is the instant. */
  readonly isDue: SqliteStatement
  /** Removes rows that are due. Its parameters are the instant and the largest number of rows. */
  readonly prune: SqliteStatement
  /** The last instant that is due, in ms since the epoch. */
  readonly until: number
}

/**
 * Removes one slice of what is due, in one transaction. Returns whether there may be more. It takes
 * no lock if nothing is due.
 */
export function pruneRows(database: SqliteDatabase, tables: readonly Prunable[]): boolean {
  const due = tables.filter(({ isDue, until }) => isDue.get(until) !== undefined)
  if (due.length === 0) return false
  database.exec('BEGIN IMMEDIATE')
  let left = pruneSliceSize
  try {
    for (const { prune, until } of due) {
      const { changes } = prune.run(until, left) as { readonly changes: unknown }
      left -= Number(changes)
    }
    database.exec('COMMIT')
  } catch (error) {
    if (isInTransaction(database)) database.exec('ROLLBACK')
    throw error
  }
  return left === 0
}

/** Options for {@link createPruneSlice}. */
export interface PruneSliceOptions {
  readonly connection: Connection<MarkStatements>
  readonly now: () => number
  /** How long entries of the audit trail are kept, in ms. `undefined`: there is no trail. */
  readonly auditForMs: number | undefined
}

/** Returns the function that removes one slice of the marks and entries that are due. */
export function createPruneSlice({ connection, now, auditForMs }: PruneSliceOptions): () => boolean {
  return () => {
    const statements = connection.statements()
    const at = now()
    const marks = { isDue: statements.isExpired, prune: statements.pruneMarks, until: at }
    if (auditForMs === undefined) return pruneRows(statements.database, [marks])
    const entries = { isDue: statements.isAuditOld, prune: statements.pruneAudit, until: at - auditForMs }
    return pruneRows(statements.database, [marks, entries])
  }
}
