import type { AuditEntry, AuditLog, AuditNote, AuditPage, AuditQuery, Key, Mark } from '@revoked/core'

/** The audit trail of a store in this process. */
export interface AuditTrail extends AuditLog {
  /** Enters changes, in the same turn in which they are made. */
  readonly enter: (changes: readonly NotedChange[], note: AuditNote) => void
}

/** A change of one key, and whom it concerns. */
interface NotedChange {
  readonly key: Key
  /** `undefined`: it was forgotten. */
  readonly mark: Mark | undefined
  readonly subject: Key | undefined
}

/** Options for {@link createAuditTrail}. */
export interface AuditTrailOptions {
  /** How long an entry is kept after its `at`, in ms. */
  readonly keepMs: number
  /** The number of entries that are kept at least. Beyond it, the oldest are dropped. */
  readonly maxEntries: number
  readonly now: () => number
}

interface Numbered {
  readonly number: number
  readonly entry: AuditEntry
}

/** Returns an empty trail. */
export function createAuditTrail({ keepMs, maxEntries, now }: AuditTrailOptions): AuditTrail {
  // In the order of `at`, and of entry.
  let kept: Numbered[] = []
  let count = 0

  /** Entries are removed in large portions, because each removal copies what stays. */
  function trim(): void {
    if (kept.length < 2 * maxEntries) return
    const oldest = now() - keepMs
    kept = kept.filter(({ entry }) => entry.at > oldest).slice(-maxEntries)
  }

  function enter(changes: readonly NotedChange[], { at, actor, reason }: AuditNote): void {
    for (const { key, mark, subject } of changes) {
      const action = mark === undefined ? 'reinstate' : 'revoke'
      insert({ number: ++count, entry: Object.freeze({ at, action, key, subject, mark, actor, reason }) })
    }
    trim()
  }

  /** A clock that was put back makes an entry of before the last one. */
  function insert(added: Numbered): void {
    let index = kept.length
    while (index > 0 && (kept[index - 1]?.entry.at ?? -Infinity) > added.entry.at) index--
    if (index === kept.length) kept.push(added)
    else kept.splice(index, 0, added)
  }

  function read({ subject, from = -Infinity, until = Infinity, limit, after }: AuditQuery): AuditPage {
    const before = after === undefined ? undefined : readCursor(after)
    const oldest = now() - keepMs
    const fits = ({ number, entry }: Numbered): boolean =>
      entry.at > oldest &&
      entry.at >= from &&
      entry.at < until &&
      (before === undefined || entry.at < before.at || (entry.at === before.at && number < before.number)) &&
      (subject === undefined || isSame(entry.subject, subject))
    const found = kept.filter(fits).reverse()
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      entries: page.map(({ entry }) => entry),
      next: last === undefined || found.length === page.length ? undefined : `${last.entry.at}:${last.number}`,
    }
  }

  return { enter, read: async (query) => read(query) }
}

/** @throws RangeError if it is not the `next` of a page. */
function readCursor(cursor: string): { readonly at: number; readonly number: number } {
  const [, at, number] = /^(-?[\d.]+(?:e[+-]?\d+)?):(\d+)$/.exec(cursor) ?? []
  if (at === undefined || number === undefined || !Number.isFinite(Number(at)))
    throw new RangeError('after must be the next of a page.')
  return { at: Number(at), number: Number(number) }
}

function isSame(a: Key | undefined, b: Key): boolean {
  return a !== undefined && a.scope === b.scope && a.value === b.value
}
