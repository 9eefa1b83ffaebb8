import { type Mark, markCovers, mergeMarks } from '../store/mark.ts'
import type { Key, KeyedMark, RevocationStore } from '../store/store.ts'

/**
 * Separates `dryRun` from the options that go with a target.
 *
 * @throws TypeError if it is no boolean: what is taken for `false` would write.
 */
export function splitDryRun<Options extends { readonly dryRun?: boolean }>(
  options: Options,
): { readonly isDry: boolean; readonly rest: Omit<Options, 'dryRun'> } {
  const { dryRun = false, ...rest } = options
  if (typeof dryRun !== 'boolean') throw new TypeError('dryRun must be a boolean.')
  return { isDry: dryRun, rest }
}

/**
 * Returns what `record` of the store would answer for the marks, and writes nothing. Of two marks
 * of one key, the second one is compared with both what is stored and the first one.
 */
export async function compareWithStored(
  store: RevocationStore,
  marks: readonly KeyedMark[],
): Promise<readonly boolean[]> {
  const found = await store.find(marks.map(({ key }) => key))
  if (!Array.isArray(found)) throw new TypeError('The store did not answer with an array.')
  const held = new Map<string, Mark>((found as readonly KeyedMark[]).map(({ key, mark }) => [nameOf(key), mark]))
  return marks.map(({ key, mark }) => {
    const name = nameOf(key)
    const before = held.get(name)
    held.set(name, before === undefined ? mark : mergeMarks(before, mark))
    return before === undefined || !markCovers(before, mark)
  })
}

function nameOf({ scope, value }: Key): string {
  return JSON.stringify([scope, value])
}
