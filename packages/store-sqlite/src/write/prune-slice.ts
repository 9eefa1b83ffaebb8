import type { Connection } from '../connection/connection.ts'
import type { MarkStatements } from '../connection/mark-statements.ts'
import type { SqliteStatement } from '../connection/sqlite-database.ts'
import { pruneSliceSize } from './pruner.ts'

/** Options for {@link createPruneSlice}. */
export interface PruneSliceOptions {
  readonly connection: Connection<MarkStatements>
  readonly now: () => number
  /** How long entries of the audit trail are kept, in ms. `undefined`: there is no trail. */
  readonly auditForMs: number | undefined
}

/**
 * Returns the function that removes one slice of what has expired, in one transaction, and returns
 * whether there may be more. It takes no lock if nothing has expired.
 */
export function createPruneSlice({ connection, now, auditForMs }: PruneSliceOptions): () => boolean {
  return () => {
    const statements = connection.statements()
    const { database } = statements
    const at = now()
    const oldest = auditForMs === undefined ? -Infinity : at - auditForMs
    if (statements.isExpired.get(at) === undefined && statements.isAuditOld.get(oldest) === undefined) return false
    database.exec('BEGIN IMMEDIATE')
    try {
      const marks = rowsOf(statements.pruneMarks, at)
      const entries = marks === pruneSliceSize ? 0 : rowsOf(statements.pruneAudit, oldest)
      database.exec('COMMIT')
      return marks === pruneSliceSize || entries === pruneSliceSize
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
}

/** Runs a statement that removes rows up to an instant, and returns their number. */
function rowsOf(statement: SqliteStatement, until: number): number {
  const { changes } = statement.run(until, pruneSliceSize) as { readonly changes: unknown }
  return Number(changes)
}
