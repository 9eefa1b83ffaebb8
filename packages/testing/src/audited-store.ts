import type { AuditEntry, AuditedStore, AuditNote, AuditQuery, Key, Mark, RevocationStore } from '@revoked/core'

/** Options for {@link withTrail}. */
export interface TrailOptions {
  readonly keepMs?: number
  readonly now?: () => number
}

/** Returns a store that keeps an audit trail, over one without. */
export function withTrail<Base extends RevocationStore>(
  base: Base,
  { keepMs = Infinity, now = Date.now }: TrailOptions = {},
): Base & AuditedStore {
  const trail: AuditEntry[] = []

  function enter(change: { readonly key: Key; readonly mark: Mark | undefined }, note: AuditNote, index: number): void {
    const { at, actor, reason, subjects } = note
    const action = change.mark === undefined ? 'reinstate' : 'revoke'
    trail.push({ ...change, at, action, subject: subjects[index], actor, reason })
  }

  function fits({ at, subject }: AuditEntry, query: AuditQuery): boolean {
    const { from = -Infinity, until = Infinity } = query
    const isOfSubject = query.subject === undefined || addressOf(subject) === addressOf(query.subject)
    return at > now() - keepMs && at >= from && at < until && isOfSubject
  }

  const store: RevocationStore & AuditedStore = {
    ...base,
    record: async (marks, note) => {
      const changed = await base.record(marks)
      for (const [index, keyed] of marks.entries()) if (note && changed[index]) enter(keyed, note, index)
      return changed
    },
    forget: async (keys, note) => {
      const held = new Set((await base.find(keys)).map(({ key }) => addressOf(key)))
      await base.forget(keys)
      for (const [index, key] of keys.entries())
        if (note && held.has(addressOf(key))) enter({ key, mark: undefined }, note, index)
    },
    audit: {
      read: async (query) => {
        const sorted = [...trail.entries()].sort(([a, x], [b, y]) => y.at - x.at || b - a)
        const start = query.after === undefined ? 0 : 1 + sorted.findIndex(([index]) => `#${index}` === query.after)
        if (query.after !== undefined && start === 0) throw new RangeError('after must be the next of a page.')
        const found = sorted.slice(start).filter(([, entry]) => fits(entry, query))
        const page = found.slice(0, query.limit)
        const next = page.length < found.length ? `#${page.at(-1)?.[0]}` : undefined
        return { entries: page.map(([, entry]) => entry), next }
      },
    },
  }
  return { ...base, ...store }
}

function addressOf(key: Key | undefined): string {
  return JSON.stringify([key?.scope, key?.value])
}
