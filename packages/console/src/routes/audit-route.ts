import { type AuditEntry, isAudited } from '@revoked/core'
import { withTypedInput } from '../answers/error-answer.ts'
import { RequestError } from '../answers/request-error.ts'
import type { Settings } from '../console-options.ts'
import { readBody } from '../requests/read-body.ts'
import { readOptionalText } from '../requests/read-fields.ts'
import { instantInJson } from './instant-in-json.ts'
import { keyInJson } from './key-in-json.ts'
import type { Route } from './routes.ts'

/** The number of entries of a page. */
const limit = 50

/** Answers a page of the audit trail, the latest entry first. */
export function auditRoute({ revocation, store }: Settings): Route {
  return {
    method: 'POST',
    answer: async ({ request }) => {
      const fields = await readBody(request)
      if (!isAudited(store)) throw new RequestError(404, 'no_audit', 'The store keeps no audit trail.')
      const subject = readOptionalText(fields, 'subject')
      const issuer = readOptionalText(fields, 'issuer')
      const after = readOptionalText(fields, 'after')
      const { entries, next } = await withTypedInput(() =>
        revocation.audit({
          limit,
          ...(subject !== undefined && { subject, ...(issuer !== undefined && { issuer }) }),
          ...(after !== undefined && { after }),
        }),
      )
      return { entries: entries.map((entry) => entryInJson(entry, revocation.issuer === '*')), next: next ?? null }
    },
  }
}

function entryInJson({ at, action, key, subject, mark, actor, reason }: AuditEntry, hasIssuers: boolean): unknown {
  return {
    at,
    action,
    ...keyInJson(key, hasIssuers),
    subject: subject === undefined ? null : keyInJson(subject, hasIssuers).value,
    cutoff: mark === undefined ? null : instantInJson(mark.cutoff),
    actor: actor ?? null,
    reason: reason ?? null,
  }
}
