import type { PostgresFinding } from './finding.ts'
import { type ServerState, type TableState, tableNames } from './read-state.ts'

/** So many dead rows that look-ups pass over most pages in vain. */
const manyDeadRows = 100_000

/** An hour: no report takes that long beside an application. */
const oldSnapshotMs = 3_600_000

/** Returns findings on the tables, and on what keeps them from being vacuumed. */
export function tableFindings(state: ServerState): readonly PostgresFinding[] {
  const tables = state.tables ?? []
  const missing = tableNames.filter((name) => !tables.some((table) => table.name === name))
  if (missing.length > 0) {
    return [
      {
        level: 'error',
        code: 'missing-migration',
        message: `Tables are missing: ${missing.join(', ')}.`,
        remedy: 'Run migrate(client), or the files of the folder `migrations`, as the owner of the schema.',
      },
    ]
  }
  return [...rightsFindings(tables), ...vacuumFindings(state, tables)]
}

function rightsFindings(tables: readonly TableState[]): readonly PostgresFinding[] {
  const refused = tables.filter(({ missingRights }) => missingRights !== null)
  if (refused.length === 0) return []
  const list = refused.map(({ name, missingRights }) => `${name} (${missingRights?.join(', ')})`).join(', ')
  return [
    {
      level: 'error',
      code: 'missing-rights',
      message: `The user lacks rights: ${list}.`,
      remedy: 'Grant USAGE on the schema, and SELECT, INSERT, UPDATE and DELETE on its tables.',
    },
  ]
}

function vacuumFindings(state: ServerState, tables: readonly TableState[]): readonly PostgresFinding[] {
  const findings: PostgresFinding[] = []
  if (state.autovacuum === 'off' || tables.some(({ hasAutovacuum }) => !hasAutovacuum)) {
    findings.push({
      level: 'warning',
      code: 'no-autovacuum',
      message: 'Rows that were deleted stay in the tables, which slow down from day to day.',
      remedy: "Set 'autovacuum' to 'on', for the server and for these tables.",
    })
  }
  const bloated = tables.filter(({ liveRows, deadRows }) => deadRows > manyDeadRows && deadRows > liveRows)
  if (bloated.length > 0) {
    findings.push({
      level: 'warning',
      code: 'dead-rows',
      message: `Vacuum does not keep up with ${bloated.map(({ name }) => name).join(', ')}.`,
      remedy: 'End old transactions and unused replication slots, and give autovacuum more to spend.',
    })
  }
  if ((state.oldestSnapshotMs ?? 0) > oldSnapshotMs) {
    findings.push({
      level: 'info',
      code: 'old-snapshot',
      message: 'A transaction has been open for over an hour, and keeps all tables from being vacuumed.',
      remedy: "End it, and set 'idle_in_transaction_session_timeout'.",
    })
  }
  return findings
}
