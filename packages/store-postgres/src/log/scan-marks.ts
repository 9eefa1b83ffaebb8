import { decodeMark, type KeyedMark } from '@revoked/core'
import type { DatabaseFunctions } from '../schema/functions.ts'

type MarkRow = readonly [scope: string, value: string, mark: string]

/**
 * Yields every live mark, in the order of keys. A mark that is recorded or forgotten meanwhile is
 * among them or not.
 */
export async function* scanMarks(functions: DatabaseFunctions): AsyncGenerator<readonly KeyedMark[]> {
  let last: MarkRow | undefined
  for (;;) {
    const [scope, value] = last ?? ['', '']
    const page = (await functions.read('scan_marks', scope, value)) as readonly MarkRow[]
    // A page begins with the last key of the page before, if that is still there.
    const rows = page.filter((row) => row[0] !== last?.[0] || row[1] !== last[1])
    last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(([scope, value, mark]) => ({ key: { scope, value }, mark: decodeMark(mark) }))
  }
}
