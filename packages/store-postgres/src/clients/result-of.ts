import { PostgresError } from './postgres-error.ts'

/**
 * Returns the text of the only row that a function of the database returns, or null.
 *
 * @throws PostgresError if the client returned anything else, such as rows in another shape. Read
 *   as "nothing was found", it would let every revoked token pass.
 */
export function resultOf(rows: unknown): string | null {
  const [row] = Array.isArray(rows) && rows.length === 1 ? (rows as readonly unknown[]) : []
  const { result } = (row ?? {}) as { readonly result?: unknown }
  if (typeof result === 'string' || result === null) return result
  throw new PostgresError(
    'UNEXPECTED_RESULT',
    'The client did not return the row of the statement, with the text of its column "result". An execute(sql, values) must resolve to the array of rows, and leave the names of columns as they are.',
  )
}
