import { type AuditEntry, type AuditLog, type AuditPage, type AuditQuery, decodeMark, type Key } from '@revoked/core'
import type { DatabaseFunctions } from '../schema/functions.ts'

/** A row of the audit trail, as `read_audit` returns it. */
interface AuditRecord {
  readonly id: number
  readonly at: number
  readonly action: string
  readonly scope: string
  readonly value: string
  readonly subject_scope: string | null
  readonly subject_value: string | null
  readonly mark: string | null
  readonly actor: string | null
  readonly reason: string | null
}

/** Returns the audit trail of a store, as it is read. An entry is returned for `keepMs`. */
export function createAuditLog(
  functions: DatabaseFunctions,
  { keepMs, nameOf }: { readonly keepMs: number; readonly nameOf: (key: Key) => Key },
): AuditLog {
  return {
    read: async ({ subject, from, until, limit, after }: AuditQuery) => {
      const named = subject && nameOf(subject)
      const [afterAt, afterId] = after === undefined ? [null, null] : readCursor(after)
      const query = {
        subject_scope: named?.scope ?? null,
        subject_value: named?.value ?? null,
        keep_ms: keepMs,
        since: from ?? null,
        before: until ?? null,
        after_at: afterAt,
        after_id: afterId,
        entries: limit + 1,
      }
      const rows = (await functions.read('read_audit', JSON.stringify(query))) as readonly AuditRecord[]
      return pageOf(rows, limit)
    },
  }
}

function pageOf(rows: readonly AuditRecord[], limit: number): AuditPage {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    entries: page.map(entryOf),
    next: last === undefined || rows.length <= limit ? undefined : `${last.at}:${last.id}`,
  }
}

function entryOf(row: AuditRecord): AuditEntry {
  const { subject_scope: subjectScope, subject_value: subjectValue } = row
  return {
    at: row.at,
    action: row.action === 'reinstate' ? 'reinstate' : 'revoke',
    key: { scope: row.scope, value: row.value },
    subject: subjectScope === null ? undefined : { scope: subjectScope, value: subjectValue ?? '' },
    mark: row.mark === null ? undefined : decodeMark(row.mark),
    actor: row.actor ?? undefined,
    reason: row.reason ?? undefined,
  }
}

/** @throws RangeError if it is not the `next` of a page. */
function readCursor(cursor: string): readonly [at: number, id: number] {
  const [, at, id] = /^(-?[\d.]+(?:e[+-]?\d+)?):(\d{1,15})$/.exec(cursor) ?? []
  if (at === undefined || id === undefined || !Number.isFinite(Number(at)))
    throw new RangeError('after must be the next of a page.')
  return [Number(at), Number(id)]
}
