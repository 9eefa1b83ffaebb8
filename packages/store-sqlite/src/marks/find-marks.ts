import { decodeMark, type Key, type KeyedMark } from '@revoked/core'
import { type MarkStatements, maxKeysAtOnce, type Row } from '../connection/mark-statements.ts'
import type { SqliteValue } from '../connection/sqlite-database.ts'
import { toStored } from '../connection/text.ts'

const nothingFound: readonly KeyedMark[] = Object.freeze([])

/**
 * Returns the marks among the keys that have not expired.
 *
 * @param named - The keys as they are stored, in the same order.
 * @throws CorruptMarkError if a mark is not one of this version.
 */
export function findMarks(
  statements: MarkStatements,
  { keys, named, at }: { readonly keys: readonly Key[]; readonly named: readonly Key[]; readonly at: number },
): readonly KeyedMark[] {
  let found: KeyedMark[] | undefined
  for (let start = 0; start < keys.length; start += maxKeysAtOnce) {
    const end = Math.min(start + maxKeysAtOnce, keys.length)
    for (const row of findRows(statements, named, start, end)) {
      const key = keys[start + Number(row.place)]
      if (key === undefined || Number(row.expires_at) <= at) continue
      found ??= []
      found.push({ key, mark: decodeMark(String(row.mark)) })
    }
  }
  return found ?? nothingFound
}

function findRows(
  statements: MarkStatements,
  keys: readonly Key[],
  start: number,
  end: number,
): readonly Row<'place' | 'expires_at' | 'mark'>[] {
  const values: SqliteValue[] = []
  for (let index = start; index < end; index++) {
    const key = keys[index]
    if (key !== undefined) values.push(toStored(key.scope), toStored(key.value))
  }
  return statements.findMarks(end - start).all(...values) as readonly Row<'place' | 'expires_at' | 'mark'>[]
}
