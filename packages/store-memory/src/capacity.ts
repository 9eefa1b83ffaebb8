import { type Key, type KeyedMark, StoreFullError } from '@revoked/core'

/**
 * The share of `maxMarks` up to which marks of each class may be added. Any user who may refresh or
 * log in can cause marks of tokens, families, ids of one use and sessions in a loop. The rest is a
 * reserve for revocations by an operator: subjects, claims and everything.
 */
const shares = { token: 0.8, session: 0.9, cutoff: 1 } as const

type MarkClass = keyof typeof shares

const classes: readonly MarkClass[] = ['token', 'session', 'cutoff']

const classOfScope: ReadonlyMap<string, MarkClass> = new Map([
  ['jti', 'token'],
  ['fam', 'token'],
  ['once', 'token'],
  ['sid', 'session'],
])

function classOf({ scope }: Key): MarkClass {
  return classOfScope.get(scope) ?? 'cutoff'
}

/** The operations of a table that {@link makeRoom} uses. */
export interface Fillable {
  readonly size: () => number
  /** Returns true if the key has a live mark, so that another one takes no room. */
  readonly isHeld: (key: Key) => boolean
  /** Drops expired marks for a few milliseconds. Returns `false` if there are none. */
  readonly sweep: () => boolean
}

/**
 * Sweeps until there is room for the marks. A live mark is never evicted.
 *
 * @throws StoreFullError if sweeping is not enough.
 */
export function makeRoom(marks: readonly KeyedMark[], maxMarks: number, { size, isHeld, sweep }: Fillable): void {
  if (size() + marks.length <= Math.ceil(maxMarks * shares.token)) return
  // Marks of one batch may share a key, or be merged into existing ones. This is counted only if it
  // matters.
  const added = new Map(
    marks
      .filter(({ key }) => !isHeld(key))
      .map(({ key }) => [JSON.stringify([key.scope, key.value]), classOf(key)] as const),
  )
  const counts: Record<MarkClass, number> = { token: 0, session: 0, cutoff: 0 }
  for (const name of added.values()) counts[name]++
  while (!hasRoom(size(), counts, maxMarks)) {
    if (!sweep()) {
      throw new StoreFullError(
        `The memory store is full: maxMarks is ${maxMarks}, of which a tenth is for sessions and another tenth for subjects, claims and everything. Raise maxMarks, or move to a store outside the process.`,
      )
    }
  }
}

/**
 * Returns true if the marks fit. The marks of each class are added to those of the previous
 * classes.
 */
function hasRoom(size: number, counts: Readonly<Record<MarkClass, number>>, maxMarks: number): boolean {
  let total = size
  for (const name of classes) {
    total += counts[name]
    if (counts[name] > 0 && total > Math.ceil(maxMarks * shares[name])) return false
  }
  return true
}
