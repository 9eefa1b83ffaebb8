import { decodeMark, type KeyedMark } from '@revoked/core'
import type { MarkStatements, Row } from '../connection/mark-statements.ts'
import { fromStored } from '../connection/text.ts'

/** The number of marks to read in one turn of the event loop: about 3 ms. */
const batchSize = 500

/**
 * Yields every live mark, in the order of keys, with a turn of the event loop between batches. A
 * mark that is recorded or forgotten meanwhile is among them or not.
 */
export async function* scanMarks(
  statements: () => MarkStatements,
  now: () => number,
): AsyncGenerator<readonly KeyedMark[]> {
  let last: ScannedRow | undefined
  for (;;) {
    const rows = nextRows(statements(), last)
    const at = now()
    const live = rows.filter(({ expires_at }) => Number(expires_at) > at)
    if (live.length > 0) yield live.map(markOf)
    last = rows.at(-1)
    if (last === undefined || rows.length < batchSize) return
    await new Promise(setImmediate)
  }
}

type ScannedRow = Row<'scope' | 'value' | 'expires_at' | 'mark'>

function nextRows(statements: MarkStatements, last: ScannedRow | undefined): readonly ScannedRow[] {
  const rows =
    last === undefined
      ? statements.firstMarks.all(batchSize)
      : statements.nextMarks.all(String(last.scope), String(last.value), batchSize)
  return rows as readonly ScannedRow[]
}

function markOf(row: ScannedRow): KeyedMark {
  return { key: { scope: fromStored(row.scope), value: fromStored(row.value) }, mark: decodeMark(String(row.mark)) }
}
