import {
  type AuditNote,
  decodeMark,
  encodeMark,
  type Key,
  type KeyedMark,
  type Mark,
  markCovers,
  marksEqual,
  mergeMarks,
} from '@revoked/core'

/** A mark to record, by the stored name of its key, and what becomes known of it. */
export interface MarkToRecord extends KeyedMark {
  readonly subject: Key | undefined
  readonly note: AuditNote | undefined
  /** Whether it revokes more than before. `undefined`: it is not written yet. */
  changed: boolean | undefined
}

/** The marks to record of one key, and what the key is known to hold. */
export interface MarksOfKey {
  readonly key: Key
  readonly marks: readonly MarkToRecord[]
  /** The text of the mark that it holds. `undefined`: none. */
  readonly held: string | undefined
}

/** A change of a key, as `swap_marks` takes it. */
interface Swap {
  readonly scope: string
  readonly value: string
  readonly expected: string | null
  readonly mark: string
  readonly expires_at: number
  /** When the first of the marks expires that were merged into it. */
  readonly first_expires_at: number
  readonly entries: readonly AuditRow[] | null
}

/** An entry of the audit trail, as the functions take it. */
export interface AuditRow {
  readonly at: number
  readonly subject_scope: string | null
  readonly subject_value: string | null
  readonly mark: string | null
  readonly actor: string | null
  readonly reason: string | null
}

/** The result of merging: the change to write, if there is one, and whether each mark changes. */
interface Merged {
  readonly swap: Swap | undefined
  readonly changed: readonly boolean[]
}

/** Returns the marks by their keys, in the order of keys, in which all writers lock them. */
export function byKey(marks: readonly MarkToRecord[]): readonly MarksOfKey[] {
  const groups = new Map<string, { key: Key; marks: MarkToRecord[]; held: undefined }>()
  for (const mark of marks) {
    const name = nameOf(mark.key)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { key: mark.key, marks: [mark], held: undefined })
    else group.marks.push(mark)
  }
  return inKeyOrder([...groups.values()])
}

/** Returns items in the order of their keys. */
export function inKeyOrder<Item extends { readonly key: Key }>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (nameOf(a.key) < nameOf(b.key) ? -1 : 1))
}

/** Stored names contain no NUL. */
function nameOf({ scope, value }: Key): string {
  return `${scope}\0${value}`
}

/** Merges the marks of a key into what it holds, one after the other. */
export function mergeOfKey({ key, marks, held: heldText }: MarksOfKey): Merged {
  const before = heldText === undefined ? undefined : decodeMark(heldText)
  let held: Mark | undefined = before
  const changed: boolean[] = []
  for (const { mark } of marks) {
    changed.push(held === undefined || !markCovers(held, mark))
    held = held === undefined ? mark : mergeMarks(held, mark)
  }
  if (held === undefined || (before !== undefined && marksEqual(before, held))) return { swap: undefined, changed }
  const entries = marks.flatMap((mark, index) => (changed[index] && mark.note ? [auditRow(mark, mark.note)] : []))
  return {
    swap: {
      scope: key.scope,
      value: key.value,
      expected: heldText ?? null,
      mark: encodeMark(held),
      expires_at: held.expiresAt,
      first_expires_at: Math.min(...marks.map(({ mark }) => mark.expiresAt)),
      entries: entries.length === 0 ? null : entries,
    },
    changed,
  }
}

/** Returns the entry of a change. Without a mark, the key is forgotten. */
export function auditRow(
  { mark, subject }: { readonly mark?: Mark; readonly subject: Key | undefined },
  { at, actor, reason }: AuditNote,
): AuditRow {
  return {
    at,
    subject_scope: subject?.scope ?? null,
    subject_value: subject?.value ?? null,
    mark: mark === undefined ? null : encodeMark(mark),
    actor: actor ?? null,
    reason: reason ?? null,
  }
}
