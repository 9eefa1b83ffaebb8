import { MarkExpiredError } from '@revoked/core'
import type { DatabaseFunctions } from '../schema/functions.ts'
import { byKey, type MarksOfKey, type MarkToRecord, mergeOfKey } from './merge-marks.ts'

/** The limit of attempts. A key that changes this often is written by something else. */
const maxAttempts = 1_000

/** What `swap_marks` answers: written, the clock of the server, or what the key holds. */
type SwapAnswer = true | number | readonly [string] | readonly []

/**
 * Merges marks into what their keys hold. Core merges, and the server compares and swaps. It notes
 * in each mark whether it changed anything, as soon as it is written. An expired one has no such
 * note afterwards.
 *
 * @param lockMs - How long to wait for a row that a transaction has changed. `null`: within a
 *   transaction of the caller.
 */
export async function recordMarks(
  functions: DatabaseFunctions,
  marks: readonly MarkToRecord[],
  lockMs: number | null,
): Promise<void> {
  let groups = byKey(marks.filter(({ changed }) => changed === undefined))
  for (let attempt = 0; groups.length > 0; attempt++) {
    if (attempt === maxAttempts) throw new Error(`The mark changed during each of ${maxAttempts} attempts to write it.`)
    groups = await swapGroups(functions, groups, lockMs)
  }
}

/** Throws for marks that were not recorded because they had expired. @throws MarkExpiredError */
export function assertRecorded(marks: readonly MarkToRecord[]): readonly boolean[] {
  return marks.map(({ changed }) => {
    if (changed === undefined) throw new MarkExpiredError()
    return changed
  })
}

/** Tries to write each group, and returns those to try again. */
async function swapGroups(
  functions: DatabaseFunctions,
  groups: readonly MarksOfKey[],
  lockMs: number | null,
): Promise<readonly MarksOfKey[]> {
  const merged = groups.map((group) => ({ group, ...mergeOfKey(group) }))
  const written = merged.filter(({ swap, group, changed }) => {
    if (swap === undefined) note(group, changed)
    return swap !== undefined
  })
  if (written.length === 0) return []
  const swaps = JSON.stringify(written.map(({ swap }) => swap))
  const answers = await functions.read('swap_marks', swaps, lockMs === null ? null : String(lockMs))
  return written.flatMap(({ group, changed }, index) => {
    const answer = (answers as readonly SwapAnswer[])[index]
    if (answer === true) {
      note(group, changed)
      return []
    }
    return toRetry(group, answer)
  })
}

function note({ marks }: MarksOfKey, changed: readonly boolean[]): void {
  for (const [index, mark] of marks.entries()) mark.changed = changed[index]
}

function toRetry(group: MarksOfKey, answer: SwapAnswer | undefined): readonly MarksOfKey[] {
  if (typeof answer === 'number') {
    const marks = group.marks.filter(({ mark }) => mark.expiresAt > answer)
    return marks.length === 0 ? [] : [{ ...group, marks }]
  }
  if (!Array.isArray(answer)) throw new TypeError('The client did not return the text of the database.')
  return [{ ...group, held: answer[0] }]
}
