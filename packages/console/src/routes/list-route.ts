import type { RevokeResult } from '@revoked/core'
import { assertPermitted, type ConsoleAccess } from '../access/access.ts'
import { withTypedInput } from '../answers/error-answer.ts'
import type { Settings } from '../console-options.ts'
import { readBody } from '../requests/read-body.ts'
import { readOptionalText, readReason, readSubjects } from '../requests/read-fields.ts'
import type { Route } from './routes.ts'

/** How many lists of sessions are changed at once. */
const width = 20

/** What is to be revoked. */
interface ListOfSubjects {
  readonly subjects: readonly string[]
  readonly issuer: string | undefined
  readonly reason: string
}

/**
 * Revokes up to 500 subjects, and takes their sessions off the list. The page sends a longer list
 * in parts. If a part fails, sending it again is safe.
 */
export function listRoute(settings: Settings): Route {
  return {
    method: 'POST',
    answer: async ({ request, access }) => {
      assertPermitted(access, 'admin')
      const fields = await readBody(request)
      const subjects = [...new Set(readSubjects(fields))]
      const list = { subjects, issuer: readOptionalText(fields, 'issuer'), reason: readReason(fields) }
      return await withTypedInput(() => revokeList(list, settings, access))
    },
  }
}

async function revokeList(list: ListOfSubjects, settings: Settings, { actor }: ConsoleAccess): Promise<unknown> {
  const { revocation } = settings
  const { subjects, issuer, reason } = list
  const openedUntil = revocation.now()
  const targets = subjects.map((subject) => ({ subject, ...(issuer !== undefined && { issuer }) }))
  const results = await revocation.revoke(targets, { reason, actor, issuedBefore: openedUntil })
  const closed = await closeEach(list, results, settings, { actor, openedUntil })
  return { revoked: results.length, changed: results.filter(({ changed }) => changed).length, closed }
}

/** Takes the sessions off the list, whose tokens are refused by now. Returns how many were open. */
async function closeEach(
  { subjects, issuer, reason }: ListOfSubjects,
  results: readonly RevokeResult[],
  { sessions, sessionIssuer }: Settings,
  { actor, openedUntil }: { readonly actor: string; readonly openedUntil: number },
): Promise<number> {
  if (sessions === undefined || issuer !== sessionIssuer) return 0
  let count = 0
  for (let start = 0; start < subjects.length; start += width) {
    const closings = subjects.slice(start, start + width).map((subject, index) => {
      const revoked = results[start + index]
      return sessions.closeAll(subject, { reason, actor, openedUntil, ...(revoked !== undefined && { revoked }) })
    })
    for (const { closed } of await Promise.all(closings)) count += closed.length
  }
  return count
}
