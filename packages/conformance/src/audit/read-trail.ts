import assert from 'node:assert/strict'
import type { AuditEntry, AuditedStore, AuditNote, AuditQuery, FollowableStore, Key } from '@revoked/core'

/** Returns a note of now, without a subject for any of its keys. */
export function noteOf(fields: Partial<AuditNote> = {}): AuditNote {
  return { at: Date.now(), subjects: [], ...fields }
}

/** Returns the key as the audit trail of the store names it. */
export function nameIn(store: AuditedStore & Partial<FollowableStore>, key: Key): Key {
  const { scope, value } = store.logKey?.(key) ?? key
  return { scope, value }
}

/** Returns all entries that fit, page by page. Checks each page. */
export async function readTrail(store: AuditedStore, query: Partial<AuditQuery> = {}): Promise<readonly AuditEntry[]> {
  const { limit = 1_000, ...rest } = query
  const entries: AuditEntry[] = []
  for (let after = query.after; ; ) {
    const page = await store.audit.read({ ...rest, limit, ...(after !== undefined && { after }) })
    assert.ok(Array.isArray(page.entries), 'a page must have an array of entries')
    assert.ok(page.entries.length <= limit, 'a page has more entries than its limit')
    entries.push(...page.entries)
    if (page.next === undefined) return entries
    assert.ok(
      typeof page.next === 'string' && page.next.length <= 256,
      'next must be a string of at most 256 characters',
    )
    assert.ok(page.entries.length > 0, 'a page with more to come must have an entry')
    after = page.next
  }
}

/** Returns the actors of the entries, in order. */
export function actorsOf(entries: readonly AuditEntry[]): readonly (string | undefined)[] {
  return entries.map(({ actor }) => actor)
}
