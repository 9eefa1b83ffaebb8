import { type Key, type KeyedMark, StoreFullError } from '@revoked/core'

/**
 * How full the store may be for a mark of each class to be added, as a share of `maxMarks`. Anybody
 * who may refresh or log in can cause marks of tokens, families and sessions in a loop. The rest is
 * a reserve for what an operator revokes: subjects, claims and everything.
 */
const shares = { token: 0.8, session: 0.9, cutoff: 1 } as const

type MarkClass = keyof typeof shares

const classes: readonly MarkClass[] = ['token', 'session', 'cutoff']

const classOfScope: ReadonlyMap<string, MarkClass> = new Map([
  ['jti', 'token'],
  ['fam', 'token'],
  ['sid', 'session'],
])

function classOf({ scope }: Key): MarkClass {
  return classOfScope.get(scope) ?? 'cutoff'
}

/** What {@link makeRoom} needs to know of a table. */
export interface Fillable {
  readonly size: () => number
  /** Whether a live mark is held under the key, so that another one takes no room. */
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
  // Marks of one batch may share a key, or be merged into known ones: this is counted only if it
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

/** The marks of each class come on top of those of the classes before it. */
function hasRoom(size: number, counts: Readonly<Record<MarkClass, number>>, maxMarks: number): boolean {
  let total = size
  for (const name of classes) {
    total += counts[name]
    if (counts[name] > 0 && total > Math.ceil(maxMarks * shares[name])) return false
  }
  return true
}
