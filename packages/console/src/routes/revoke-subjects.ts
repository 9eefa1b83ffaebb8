import type { RevokeResult } from '@revoked/core'
import type { ConsoleAccess } from '../access/access.ts'
import { withTypedInput } from '../answers/error-answer.ts'
import type { Settings } from '../console-options.ts'

/** How many lists of sessions are changed at once. */
const width = 20

/** What is to be revoked. */
interface ListOfSubjects {
  readonly subjects: readonly string[]
  readonly issuer: string | undefined
  readonly reason: string
}

/** What was revoked. */
interface RevokedSubjects {
  readonly revoked: number
  /** How many of them were not revoked before. */
  readonly changed: number
  /** How many sessions were open. */
  readonly closed: number
}

/** Revokes subjects, and then takes their sessions off the list. To repeat it is safe. */
export async function revokeSubjects(
  list: ListOfSubjects,
  settings: Settings,
  { actor }: ConsoleAccess,
): Promise<RevokedSubjects> {
  const { revocation } = settings
  const { subjects, issuer, reason } = list
  const openedUntil = revocation.now()
  const targets = subjects.map((subject) => ({ subject, ...(issuer !== undefined && { issuer }) }))
  const results = await withTypedInput(() => revocation.revoke(targets, { reason, actor, issuedBefore: openedUntil }))
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
