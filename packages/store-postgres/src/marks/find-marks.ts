import { decodeMark, type Key, type KeyedMark, type Mark, type RevocationStore } from '@revoked/core'
import { batched } from '../batch.ts'
import type { DatabaseFunctions } from '../schema/functions.ts'

/** Returns the `find` of a store. The keys of concurrent calls share statements. */
export function createFinder(functions: DatabaseFunctions, nameOf: (key: Key) => Key): RevocationStore['find'] {
  const find = batched<Key, string | undefined>((keys) => findTexts(functions, keys))
  return async (keys) => {
    if (keys.length === 0) return []
    return marksOf(keys, await find(keys.map(nameOf)))
  }
}

/** Finds the marks of keys by one statement. */
export async function findMarks(
  functions: DatabaseFunctions,
  keys: readonly Key[],
  nameOf: (key: Key) => Key,
): Promise<readonly KeyedMark[]> {
  if (keys.length === 0) return []
  return marksOf(keys, await findTexts(functions, keys.map(nameOf)))
}

async function findTexts(functions: DatabaseFunctions, keys: readonly Key[]): Promise<readonly (string | undefined)[]> {
  const rows = await functions.read('find_marks', JSON.stringify(keys.map(({ scope, value }) => [scope, value])))
  const texts: (string | undefined)[] = Array.from({ length: keys.length })
  for (const [place, text] of rows as readonly (readonly [place: number, text: string])[]) texts[place - 1] = text
  return texts
}

/** @throws CorruptMarkError if a text is no mark of this version. */
function marksOf(keys: readonly Key[], texts: readonly (string | undefined)[]): readonly KeyedMark[] {
  return keys.flatMap((key, index) => {
    const mark = markIn(texts[index])
    return mark === undefined ? [] : [{ key, mark }]
  })
}

function markIn(text: string | undefined): Mark | undefined {
  return text === undefined ? undefined : decodeMark(text)
}
